#pragma once

#include <vector>

#include "models/network/network.h"

namespace tensordash {

/// AlexNet, VGG-16, ResNet-50, DenseNet-121 and both SqueezeNets.
std::vector<Network> image_networks();

/// img2txt, SNLI and GCN.
std::vector<Network> language_networks();

}  // namespace tensordash
