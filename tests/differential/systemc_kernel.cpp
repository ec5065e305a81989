#include "tests/differential/systemc_kernel.h"

namespace tensordash::differential {

SystemCKernel* SystemCKernel::current_ = nullptr;

SystemCKernel::SystemCKernel()
    : outer_(current_),
      outer_context_(sc_core::sc_get_curr_simcontext()),
      outer_handler_(sc_core::sc_report_handler::set_handler(&SystemCKernel::handle_report)),
      context_(new sc_core::sc_simcontext) {
  sc_core::sc_curr_simcontext = context_;
  current_ = this;
}

SystemCKernel::~SystemCKernel() {
  // The kernel's destructor still looks itself up as the current one.
  delete context_;
  sc_core::sc_curr_simcontext = outer_context_;
  sc_core::sc_report_handler::set_handler(outer_handler_);
  current_ = outer_;
}

void SystemCKernel::handle_report(const sc_core::sc_report& report,
                                  const sc_core::sc_actions& actions) {
  if (report.get_severity() != sc_core::SC_INFO) {
    current_->complaints_.push_back(std::string(report.get_msg_type()) + ": " + report.get_msg());
  }
  // Nothing is printed, and a fatal error must not abort the cases to come.
  sc_core::sc_actions quiet =
      actions & ~sc_core::sc_actions(sc_core::SC_DISPLAY | sc_core::SC_LOG | sc_core::SC_ABORT);
  if (report.get_severity() == sc_core::SC_FATAL) quiet |= sc_core::SC_THROW;
  sc_core::sc_report_handler::default_handler(report, quiet);
}

}  // namespace tensordash::differential
