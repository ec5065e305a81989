#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tensordash {

/// Most multiplier lanes a PE can have: a window row's zero bits fit one 64-bit word.
inline constexpr unsigned max_lanes = 64;
/// Deepest staging buffer, in stream rows.
inline constexpr unsigned max_depth = 8;
/// Most movement options a lane can have.
inline constexpr unsigned max_options = 63;

/// One movement of the paper's figure 9: a lane takes the value `step` rows ahead, `offset` lanes
/// away (the lanes form a ring). {0, 0} is the dense schedule, offset 0 lookahead, others
/// lookaside.
struct Movement {
  unsigned step = 0;
  int offset = 0;

  bool operator==(const Movement& other) const {
    return step == other.step && offset == other.offset;
  }
};

/// A place in the window of a staging buffer.
struct WindowPlace {
  std::uint8_t step = 0;  ///< rows ahead
  std::uint8_t lane = 0;
};

/// The sparse interconnect of a PE and the order in which its lanes decide: the options of a lane
/// by priority, and the levels of the scheduler (paper, section 3.2, figures 9 and 10).
class Connectivity {
 public:
  using Levels = std::vector<std::vector<unsigned>>;

  /// A table for PEs of `lanes` lanes behind staging buffers `depth` rows deep.
  /// Options that name the same place modulo the lane count are dropped; so are, after the levels
  /// are settled, options deeper than `depth`. Without `levels` they are derived by first fit over
  /// the lanes, with every option that was given.
  /// Throws std::invalid_argument with one line, starting with `name`: a first option other than
  /// (+0, i); a step that no staging buffer offers; levels that miss or repeat a lane, or that hold
  /// two lanes which can reach the same place.
  Connectivity(std::string name, unsigned lanes, unsigned depth,
               const std::vector<Movement>& options, std::optional<Levels> levels = std::nullopt);

  /// A table by name: "paper" (section 3.2) or "dnnsim" (the authors' released simulator).
  /// Throws std::invalid_argument for another name.
  static Connectivity named(const std::string& name, unsigned lanes, unsigned depth);
  static bool is_name(const std::string& name);

  const std::string& name() const { return name_; }
  unsigned lanes() const { return lanes_; }
  unsigned depth() const { return depth_; }
  /// Options of every lane by priority, within the depth.
  const std::vector<Movement>& options() const { return options_; }
  const Levels& levels() const { return levels_; }
  /// The lanes in the order in which they decide, level after level.
  const std::vector<unsigned>& decision_order() const { return decision_order_; }

  /// Every option of every lane, lanes in deciding order, options of a lane by priority: the table
  /// as the scheduler walks it.
  struct Probe {
    std::uint64_t lane_bit;
    unsigned step;
  };
  const std::vector<Probe>& probes() const { return probes_; }

  /// The place that `lane` reads with option number `option`.
  WindowPlace place(unsigned lane, unsigned option) const {
    return places_[lane * options_.size() + option];
  }

 private:
  std::string name_;
  unsigned lanes_ = 0;
  unsigned depth_ = 0;
  std::vector<Movement> options_;
  Levels levels_;
  std::vector<unsigned> decision_order_;
  std::vector<WindowPlace> places_;
  std::vector<Probe> probes_;
};

}  // namespace tensordash
