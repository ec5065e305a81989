#pragma once

#include "models/mapping/portion_draft.h"

namespace tensordash {

/// Portions of a side that reads windows: each line once, dropped when no later row group looks at
/// it. False, nothing laid down: the lines of some row group do not fit together.
bool portions_by_line(PortionDraft& draft);

/// What one row group reads, row group after row group, with room for the next. False: no room.
bool portions_by_row_group(PortionDraft& draft);

}  // namespace tensordash
