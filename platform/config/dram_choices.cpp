#include "platform/config/dram_choices.h"

#include <array>

namespace tensordash {
namespace {

template <typename Choice, std::size_t count>
std::string_view pick(Choice choice, const std::array<std::string_view, count>& names) {
  return names.at(static_cast<std::size_t>(choice));
}

}  // namespace

std::string_view name_of(PagePolicy policy) {
  return pick<PagePolicy, 3>(policy, {"open", "closed", "adaptive"});
}

std::string_view name_of(DramScheduling scheduling) {
  return pick<DramScheduling, 2>(scheduling, {"fcfs", "frfcfs"});
}

std::string_view name_of(RefreshMode mode) {
  return pick<RefreshMode, 3>(mode, {"none", "all_bank", "per_bank"});
}

std::string_view name_of(RefreshPhase phase) {
  return pick<RefreshPhase, 2>(phase, {"aligned", "staggered"});
}

std::string_view name_of(ResponseOrder order) {
  return pick<ResponseOrder, 2>(order, {"out_of_order", "in_order"});
}

}  // namespace tensordash
