#pragma once

#include "platform/driver/tensordash.h"

namespace tensordash::testing {

/// A layer with a different number in every place, as far as they can differ.
inline tensordash_shape odd_layer() {
  tensordash_shape shape{};
  shape.n = 2;
  shape.c = 6;
  shape.m = 9;
  shape.h = 20;
  shape.w = 24;
  shape.r = 4;
  shape.s = 5;
  shape.stride_v = 7;
  shape.stride_h = 8;
  shape.padding_v = 10;
  shape.padding_h = 11;
  shape.dilation_v = 12;
  shape.dilation_h = 1;
  shape.groups = 3;
  return shape;
}

}  // namespace tensordash::testing
