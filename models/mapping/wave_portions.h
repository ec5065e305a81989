#pragma once

#include "models/mapping/portion_draft.h"

namespace tensordash {

/// Portions of a side that nothing else fits: what the passes of a wave, one a tile, read, in
/// chunks of stream rows of which three fit. Throws MappingError when a single stream row does not.
void portions_by_wave(PortionDraft& draft);

}  // namespace tensordash
