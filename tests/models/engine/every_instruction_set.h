#pragma once

#include <gtest/gtest.h>

#include <hwy/targets.h>

#include <string>

#include "models/engine/bit_kernels.h"

namespace tensordash::engine {

/// A test under one instruction set of this machine: the engine must not depend on which it picks.
class EveryInstructionSet : public testing::TestWithParam<std::int64_t> {
 protected:
  void SetUp() override {
    hwy::SetSupportedTargetsForTest(GetParam());
    ASSERT_STREQ(instruction_set(), hwy::TargetName(GetParam()));
  }
  void TearDown() override { hwy::SetSupportedTargetsForTest(0); }
};

inline auto every_instruction_set() {
  return testing::ValuesIn(hwy::SupportedAndGeneratedTargets());
}

inline std::string name_of_set(const testing::TestParamInfo<std::int64_t>& the_info) {
  return hwy::TargetName(the_info.param);
}

}  // namespace tensordash::engine
