tensordash_test(
  tensordash_zero_counter_test SYSTEMC
  SOURCES zero_counter_test.cpp
  LINKS tensordash_zero_counter)
