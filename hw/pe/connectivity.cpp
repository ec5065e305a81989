#include "hw/pe/connectivity.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace tensordash {
namespace {

// The deepest staging buffer of the paper; a shallower one cuts a table short, a table that names a
// deeper step than this needs a staging buffer to match.
constexpr unsigned paper_depth = 3;

unsigned wrap(int lane, unsigned lanes) {
  const int count = static_cast<int>(lanes);
  return static_cast<unsigned>(((lane % count) + count) % count);
}

std::vector<Movement> without_coinciding(const std::vector<Movement>& options, unsigned lanes) {
  std::vector<Movement> kept;
  for (const Movement& option : options) {
    const bool seen = std::any_of(kept.begin(), kept.end(), [&](const Movement& earlier) {
      return earlier.step == option.step &&
             wrap(earlier.offset, lanes) == wrap(option.offset, lanes);
    });
    if (!seen) kept.push_back(option);
  }
  return kept;
}

struct SharedPlace {
  unsigned step;
  unsigned lane;
};

std::optional<SharedPlace> shared_place(unsigned a, unsigned b,
                                        const std::vector<Movement>& options, unsigned lanes) {
  for (const Movement& of_a : options) {
    for (const Movement& of_b : options) {
      const unsigned lane =
          wrap(static_cast<int>(a) + of_a.offset % static_cast<int>(lanes), lanes);
      if (of_a.step == of_b.step &&
          lane == wrap(static_cast<int>(b) + of_b.offset % static_cast<int>(lanes), lanes)) {
        return SharedPlace{of_a.step, lane};
      }
    }
  }
  return std::nullopt;
}

Connectivity::Levels first_fit(const std::vector<Movement>& options, unsigned lanes) {
  Connectivity::Levels levels;
  for (unsigned lane = 0; lane < lanes; ++lane) {
    const auto fits = [&](const std::vector<unsigned>& level) {
      return std::none_of(level.begin(), level.end(), [&](unsigned other) {
        return shared_place(lane, other, options, lanes).has_value();
      });
    };
    auto level = std::find_if(levels.begin(), levels.end(), fits);
    if (level == levels.end()) level = levels.insert(levels.end(), std::vector<unsigned>{});
    level->push_back(lane);
  }
  return levels;
}

void check_levels(const std::string& name, const Connectivity::Levels& levels,
                  const std::vector<Movement>& options, unsigned lanes) {
  std::vector<int> level_of(lanes, -1);
  for (std::size_t level = 0; level < levels.size(); ++level) {
    if (levels[level].empty()) {
      throw std::invalid_argument(
          fmt::format("{}: level {} has no lane; every level needs at least one", name, level));
    }
    for (unsigned lane : levels[level]) {
      if (lane >= lanes) {
        throw std::invalid_argument(fmt::format("{}: level {} names lane {}; allowed: 0 to {}",
                                                name, level, lane, lanes - 1));
      }
      if (level_of[lane] >= 0) {
        throw std::invalid_argument(fmt::format(
            "{}: lane {} stands in level {} and again in level {}; each lane decides once", name,
            lane, level_of[lane], level));
      }
      level_of[lane] = static_cast<int>(level);
    }
    for (std::size_t a = 0; a < levels[level].size(); ++a) {
      for (std::size_t b = a + 1; b < levels[level].size(); ++b) {
        if (const auto place = shared_place(levels[level][a], levels[level][b], options, lanes)) {
          throw std::invalid_argument(fmt::format(
              "{}: level {} holds lanes {} and {}, which can both take step +{} lane {}; lanes of "
              "one "
              "level must not overlap",
              name, level, levels[level][a], levels[level][b], place->step, place->lane));
        }
      }
    }
  }
  for (unsigned lane = 0; lane < lanes; ++lane) {
    if (level_of[lane] < 0) {
      throw std::invalid_argument(
          fmt::format("{}: lane {} stands in no level; every lane needs one", name, lane));
    }
  }
}

}  // namespace

Connectivity::Connectivity(std::string name, unsigned lanes, unsigned depth,
                           const std::vector<Movement>& options, std::optional<Levels> levels)
    : name_(std::move(name)), lanes_(lanes), depth_(depth) {
  if (lanes_ < 1 || lanes_ > max_lanes) {
    throw std::invalid_argument(
        fmt::format("{}: {} lanes; allowed: 1 to {}", name_, lanes_, max_lanes));
  }
  if (depth_ < 1 || depth_ > max_depth) {
    throw std::invalid_argument(
        fmt::format("{}: depth {}; allowed: 1 to {}", name_, depth_, max_depth));
  }
  if (options.empty() || options.front().step != 0 || wrap(options.front().offset, lanes_) != 0) {
    throw std::invalid_argument(fmt::format(
        "{}: the first option must be [0, 0], the dense schedule; without it a cycle could "
        "drain no row",
        name_));
  }
  const unsigned limit = std::max(depth_, paper_depth);
  for (const Movement& option : options) {
    if (option.step >= limit) {
      throw std::invalid_argument(fmt::format(
          "{}: option [{}, {}] looks {} rows ahead; allowed: 0 to {} with a staging buffer {} deep",
          name_, option.step, option.offset, option.step, limit - 1, depth_));
    }
  }
  const std::vector<Movement> whole = without_coinciding(options, lanes_);
  if (whole.size() > max_options) {
    throw std::invalid_argument(
        fmt::format("{}: {} options; allowed: 1 to {}", name_, whole.size(), max_options));
  }
  if (levels) {
    check_levels(name_, *levels, whole, lanes_);
    levels_ = std::move(*levels);
  } else {
    levels_ = first_fit(whole, lanes_);
  }
  for (const auto& level : levels_) {
    decision_order_.insert(decision_order_.end(), level.begin(), level.end());
  }
  std::copy_if(whole.begin(), whole.end(), std::back_inserter(options_),
               [&](const Movement& option) { return option.step < depth_; });
  places_.reserve(lanes_ * options_.size());
  for (unsigned lane = 0; lane < lanes_; ++lane) {
    for (const Movement& option : options_) {
      const int offset = option.offset % static_cast<int>(lanes_);
      places_.push_back({static_cast<std::uint8_t>(option.step),
                         static_cast<std::uint8_t>(wrap(static_cast<int>(lane) + offset, lanes_))});
    }
  }
  for (const unsigned lane : decision_order_) {
    for (unsigned option = 0; option < options_.size(); ++option) {
      const WindowPlace at = place(lane, option);
      probes_.push_back({std::uint64_t{1} << at.lane, at.step});
    }
  }
}

bool Connectivity::is_name(const std::string& name) {
  return name == "paper" || name == "dnnsim";
}

Connectivity Connectivity::named(const std::string& name, unsigned lanes, unsigned depth) {
  // For 16 lanes first fit gives the paper's levels, {0,5,10} {1,6,11} {2,7,12} {3,8,13} {4,9,14}
  // {15}.
  if (name == "paper") {
    return {
        name, lanes, depth, {{0, 0}, {1, 0}, {2, 0}, {1, -1}, {1, 1}, {2, -2}, {2, 2}, {1, -3}}};
  }
  if (name == "dnnsim") {
    return {name, lanes, depth, {{0, 0}, {1, -1}, {1, 0}, {1, 1}, {1, 3}, {2, -2}, {2, 0}, {2, 2}}};
  }
  throw std::invalid_argument(
      fmt::format("connectivity '{}' is not known; allowed: paper, dnnsim", name));
}

}  // namespace tensordash
