#pragma once

#include <string>
#include <systemc>
#include <vector>

namespace tensordash::differential {

/// A SystemC kernel of its own for whoever elaborates and simulates while it lives. Kernels may
/// nest, never interleave; all modules go before their kernel does.
class SystemCKernel {
 public:
  SystemCKernel();
  ~SystemCKernel();
  SystemCKernel(const SystemCKernel&) = delete;
  SystemCKernel& operator=(const SystemCKernel&) = delete;

  /// Warnings and errors that were reported; errors, fatal ones too, also throw sc_report.
  const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  static void handle_report(const sc_core::sc_report& report, const sc_core::sc_actions& actions);

  static SystemCKernel* current_;

  SystemCKernel* const outer_;
  sc_core::sc_simcontext* const outer_context_;
  const sc_core::sc_report_handler_proc outer_handler_;
  sc_core::sc_simcontext* const context_;
  std::vector<std::string> complaints_;
};

}  // namespace tensordash::differential
