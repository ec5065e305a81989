#include <gmock/gmock.h>

#include <systemc>

// libsystemc holds main() and calls this; the arguments are GoogleTest's.
int sc_main(int argc, char* argv[]) {
  ::testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}
