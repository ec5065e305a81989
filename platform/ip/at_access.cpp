#include "platform/ip/at_access.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "hw/dma/dma_limits.h"

namespace tensordash {

AtAccess::AtAccess(ForwardPath forward, const sc_core::sc_in<bool>& clk, AtMaster& master)
    : forward_(std::move(forward)),
      clk_(clk),
      master_(master),
      stop_event_(sc_core::sc_gen_unique_name("stop")) {}

void AtAccess::stop() {
  stopped_ = true;
  master_.forget();
  stop_event_.notify();
}

void AtAccess::tick() {
  if (!stopped_) sc_core::wait(clk_.posedge_event() | stop_event_);
  if (stopped_) throw JobStopped();
  ++clocks_;
}

void AtAccess::pass(unsigned clocks) {
  for (unsigned clock = 0; clock < clocks; ++clock) tick();
}

void AtAccess::drain() {
  stopped_ = false;
  while (master_.under_way() != 0) tick();
}

void AtAccess::settle() {
  master_.forget();
  while (master_.under_way() != 0) tick();
}

void AtAccess::run(RequestStream& stream, ByteExchange& bytes) {
  bytes_ = &bytes;
  refused_.reset();
  tick();
  for (Edge now = 0;;) {
    take_answers(stream);
    if (refused_ && master_.under_way() == 0) throw JobError(*refused_);
    if (!refused_) {
      if (stream.finished()) return;
      stream.step(*this);
      if (stream.finished()) return;
    }
    do {
      tick();
      ++now;
    } while (!refused_ && now < stream.edge());
  }
}

void AtAccess::take_answers(RequestStream& stream) {
  AtMaster::Answer answer;
  while (master_.take_earlier(answer)) {
    tlm::tlm_generic_payload& payload = *answer.payload;
    const bool write = payload.is_write();
    const std::uint64_t address = answer.address;
    try {
      if (!payload.is_response_ok()) {
        throw JobError(write ? ErrorCode::write : ErrorCode::read,
                       status_number(payload.get_response_status()), address,
                       fmt::format("{} at {:#x}: {}", write ? "write" : "read", address,
                                   payload.get_response_string()));
      }
      if (!refused_) {
        if (!write) bytes_->came(address, payload.get_data_ptr(), payload.get_data_length());
        stream.answered(static_cast<std::uint32_t>(answer.tag));
      }
    } catch (const JobError& refusal) {
      if (!refused_) refused_.emplace(refusal);
    }
    payload.release();
  }
}

void AtAccess::request(Edge /*edge*/, std::uint64_t address, unsigned bytes, bool write,
                       std::uint32_t tag) {
  std::array<std::uint8_t, dma_request_bytes> data{};
  if (write) bytes_->give(address, data.data(), bytes);
  master_.send(address, bytes, write, data.data(), tag);
  count(write, bytes);
}

void AtAccess::count(bool write, unsigned bytes) {
  ++(write ? counts_.writes : counts_.reads);
  (write ? counts_.bytes_written : counts_.bytes_read) += bytes;
}

bool AtAccess::peek(std::uint64_t address, std::uint8_t* to, std::uint64_t bytes) {
  return debug_read(forward_(), address, to, bytes);
}

}  // namespace tensordash
