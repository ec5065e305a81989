#pragma once

#include <CLI/App.hpp>
#include <string>

#include "models/synthetic/network_source.h"

namespace tensordash {

/// The options that say how a network without a trace gets its values, as typed.
struct SyntheticOptions {
  std::string batch, sparsity, cluster, seed;  ///< empty: not typed

  /// Declares --batch, --sparsity, --cluster and --seed on a subcommand.
  void declare(CLI::App& command);

  /// True if one of them was typed; over a recorded trace they mean nothing.
  bool given() const;

  /// Throws RequestError (platform/run/run_request.h), naming the option and what is allowed.
  SyntheticParameters parameters() const;
};

}  // namespace tensordash
