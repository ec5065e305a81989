#pragma once

#include <utility>
#include <vector>

#include "hw/memory/fetch_program.h"

namespace tensordash {

/// Bundles as they are listed.
class ListedBundles : public FetchProgram {
 public:
  explicit ListedBundles(std::vector<FetchBundle> bundles, std::uint32_t first_portion = 0)
      : bundles_(std::move(bundles)), first_portion_(first_portion) {}

  std::uint32_t begin() override {
    at_ = 0;
    return first_portion_;
  }
  bool next(FetchBundle& bundle) override {
    if (at_ == bundles_.size()) return false;
    bundle = bundles_[at_++];
    return true;
  }

 private:
  std::vector<FetchBundle> bundles_;
  std::uint32_t first_portion_;
  std::size_t at_ = 0;
};

/// Passes as they are listed.
class ListedPasses : public PassProgram {
 public:
  explicit ListedPasses(std::vector<MemoryPass> passes) : passes_(std::move(passes)) {}

  void begin() override { at_ = 0; }
  bool next(MemoryPass& pass) override {
    if (at_ == passes_.size()) return false;
    pass = passes_[at_++];
    return true;
  }

 private:
  std::vector<MemoryPass> passes_;
  std::size_t at_ = 0;
};

/// A bundle of one stream row for one stream: row `row` of bank 0, lane by lane.
inline FetchBundle one_row(std::uint32_t portion, unsigned row, unsigned lanes,
                           std::uint32_t release_before = 0) {
  FetchBundle bundle;
  bundle.portion = portion;
  bundle.requests = {{true, 0, row}};
  bundle.rows = bundle.streams = 1;
  for (unsigned lane = 0; lane < lanes; ++lane) {
    bundle.lanes.push_back({0, static_cast<std::uint8_t>(lane)});
  }
  bundle.keep = {0};
  bundle.release_before = release_before;
  return bundle;
}

}  // namespace tensordash
