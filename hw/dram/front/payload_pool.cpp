#include "hw/dram/front/payload_pool.h"

#include <fmt/format.h>

#include <exception>

namespace tensordash {

class PayloadPool::Payload : public tlm::tlm_generic_payload {
 public:
  explicit Payload(PayloadPool* pool) : tlm_generic_payload(pool) {}

  std::vector<unsigned char> data;
  std::vector<unsigned char> enables;
};

PayloadPool::PayloadPool() : exceptions_(std::uncaught_exceptions()) {}

PayloadPool::~PayloadPool() {
  if (outstanding() != 0 && std::uncaught_exceptions() == exceptions_) {
    SC_REPORT_WARNING(
        "/tensordash/dram/payloads",
        fmt::format("{} of {} payloads were never released", outstanding(), size()).c_str());
  }
}

tlm::tlm_generic_payload& PayloadPool::take() {
  if (free_.empty()) {
    payloads_.push_back(std::make_unique<Payload>(this));
    free_.push_back(payloads_.back().get());
  }
  Payload& payload = *free_.back();
  free_.pop_back();
  payload.acquire();
  return payload;
}

tlm::tlm_generic_payload& PayloadPool::take(std::size_t bytes) {
  auto& payload = static_cast<Payload&>(take());
  payload.data.assign(bytes, 0);
  payload.set_data_ptr(payload.data.data());
  payload.set_data_length(static_cast<unsigned>(bytes));
  payload.set_streaming_width(static_cast<unsigned>(bytes));
  return payload;
}

void PayloadPool::add_byte_enables(tlm::tlm_generic_payload& payload, std::size_t bytes) {
  auto& own = static_cast<Payload&>(payload);
  own.enables.assign(bytes, TLM_BYTE_ENABLED);
  own.set_byte_enable_ptr(own.enables.data());
  own.set_byte_enable_length(static_cast<unsigned>(bytes));
}

void PayloadPool::free(tlm::tlm_generic_payload* payload) {
  payload->reset();  // extensions that go with the transaction, and the reference count
  payload->set_command(tlm::TLM_IGNORE_COMMAND);
  payload->set_address(0);
  payload->set_data_ptr(nullptr);
  payload->set_data_length(0);
  payload->set_streaming_width(0);
  payload->set_byte_enable_ptr(nullptr);
  payload->set_byte_enable_length(0);
  payload->set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  payload->set_dmi_allowed(false);
  payload->set_gp_option(tlm::TLM_MIN_PAYLOAD);
  free_.push_back(static_cast<Payload*>(payload));
}

}  // namespace tensordash
