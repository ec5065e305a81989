#pragma once

#include "models/mapping/portion_draft.h"

namespace tensordash {

/// Side A by blocks of channels (or filters), each loaded once and kept: all that a tile uses in
/// the segment fits its SRAM. False, nothing laid down: it does not.
bool portions_kept(PortionDraft& draft);

/// Side A by blocks of channels, or parts of them, once every row group: as many channels at a time
/// as leave room for the next ones. False: not even one channel does.
bool portions_by_round(PortionDraft& draft);

/// Side B by channels in the order of row groups, each portion once, with room for the next. False:
/// not even one channel at a time fits.
bool portions_by_channel(PortionDraft& draft);

/// Channels of from..from+count-1 that the passes of a tile use: of one row group, or of all
/// (`row_group` -1).
std::set<std::int64_t> channels_used(const SideOperand& operand, const Segment& segment,
                                     unsigned tiles, unsigned tile, std::int64_t from,
                                     std::int64_t count, std::int64_t row_group);

}  // namespace tensordash
