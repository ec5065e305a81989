#pragma once

#include <functional>
#include <optional>
#include <vector>

/// A second writing of the scheduler and of a tile's passes, in plain loops over rows of flags. It
/// includes nothing from hw/, so that an error there cannot repeat itself here.
namespace tensordash::naive_scheduler {

/// Step ahead and lane offset of one movement.
struct Option {
  int step;
  int offset;
};

struct Place {
  int step;
  int lane;
};

using Levels = std::vector<std::vector<int>>;

/// Where every lane can read, written out: places[lane][option], by priority.
struct Table {
  int lanes = 0;
  int depth = 0;
  std::vector<std::vector<Place>> places;
  Levels levels;
};

/// Writes a table out: drops options that meet an earlier one on the ring of lanes, finds levels by
/// first fit if none are given, then drops what a buffer of `depth` rows does not hold.
Table make_table(int lanes, int depth, const std::vector<Option>& options,
                 const std::optional<Levels>& levels = std::nullopt);

/// Levels without overlap that hold the lanes in the order `lanes_in_order`, each in the first
/// level where it fits.
Levels fit_levels(int lanes, const std::vector<Option>& options,
                  const std::vector<int>& lanes_in_order);

/// One flag a lane: is this value a candidate?
using Row = std::vector<char>;
/// As many rows as there are: the depth, or less at the end of a pass.
using Window = std::vector<Row>;

inline constexpr int idle = -1;

struct Decision {
  std::vector<int> taken;  ///< by lane: number of the option, or idle
  Window left;
  int advance = 0;
};

/// Level by level; all lanes of a level look at the same window and choose at once.
/// Throws std::logic_error if two lanes of a level choose the same place.
Decision schedule(const Window& window, const Table& table);

/// All rows of one side-B stream.
using Stream = std::vector<Row>;
using Scheduler = std::function<Decision(const Window&)>;

/// Steps of a pass whose streams all advance by the smallest AS (the paper's figure 11). The
/// simulators keep a book of their own of what is left, and throw std::logic_error when `scheduler`
/// takes a place that is no candidate (any more), names a wrong AS or a wrong rest, or drains
/// nothing.
int lockstep_steps(std::vector<Stream> streams, const Table& table, const Scheduler& scheduler);

/// Steps of a pass in which every stream advances by its own AS, until the slowest has ended.
int elastic_steps(std::vector<Stream> streams, const Table& table, const Scheduler& scheduler);

}  // namespace tensordash::naive_scheduler
