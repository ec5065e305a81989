# The table, its files, the pure scheduler and the types of its windows; nothing of SystemC.
tensordash_test(
  tensordash_schedule_test
  SOURCES naive_scheduler.cpp connectivity_test.cpp connectivity_file_test.cpp schedule_test.cpp
          random_streams_test.cpp
  LINKS tensordash_connectivity tensordash_connectivity_file)
