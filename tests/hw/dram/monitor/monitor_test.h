#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "hw/dram/monitor/command_checker.h"

namespace tensordash::testing {

/// The description that the numbers of these tests belong to.
const DramSpec& default_spec();

/// A checker of `ranks` ranks that asks for no refreshes.
CommandChecker unrefreshed(unsigned ranks = 2, const DramSpec& spec = default_spec());

/// A command at `clock`; row and column 0.
DramCommandRecord at(DramClock clock, DramCommand command, unsigned rank = 0, unsigned bank = 0);

std::vector<std::string> names(const std::vector<BusViolation>& violations);

/// Names of all that a sequence breaks.
std::vector<std::string> broken_by(CommandChecker checker,
                                   const std::vector<DramCommandRecord>& commands);

}  // namespace tensordash::testing
