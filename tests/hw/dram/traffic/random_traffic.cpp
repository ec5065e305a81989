#include "tests/hw/dram/traffic/random_traffic.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace tensordash {
namespace {

constexpr std::size_t most_failures = 20;
constexpr std::uint64_t last_address = std::numeric_limits<std::uint64_t>::max();

}  // namespace

RandomTraffic::RandomTraffic(const sc_core::sc_module_name& name,
                             const RandomTrafficParameters& parameters)
    : sc_module(name),
      parameters_(parameters),
      random_(parameters.seed),
      reference_(parameters.memory_bytes) {
  socket.register_nb_transport_bw(this, &RandomTraffic::nb_transport_bw);
  SC_THREAD(run);
  SC_METHOD(end_late_response);
  sensitive << late_event_;
  dont_initialize();
}

void RandomTraffic::run() {
  for (std::uint64_t sent = 0; sent < parameters_.count; ++sent) {
    if (up_to(9) == 0) access_by_debug();
    if (up_to(9) == 0) access_directly();
    if (parameters_.loosely_timed) {
      send_loosely_timed();
    } else {
      send_approximately_timed();
    }
  }
  while (in_flight_ != 0) wait(response_event_);
  done_ = true;
  on_done();
}

// Payloads.

std::uint64_t RandomTraffic::address_for(std::uint64_t bytes) {
  const std::uint64_t room = parameters_.last - parameters_.first + 1 - bytes;
  switch (up_to(3)) {
    case 0:
      return parameters_.first + up_to(room);
    case 1:
      return parameters_.first + room - up_to(std::min<std::uint64_t>(room, 70));
    default:  // where accesses meet
      return parameters_.first + up_to(std::min<std::uint64_t>(room, 3000));
  }
}

sc_core::sc_time RandomTraffic::pause() {
  return {static_cast<double>(up_to(parameters_.pause_ns * 1000)), sc_core::SC_PS};
}

tlm::tlm_generic_payload& RandomTraffic::make() {
  constexpr unsigned usual[] = {32, 64, 64, 128, 4096};
  const auto length = static_cast<unsigned>(up_to(1) == 0 ? usual[up_to(4)]
                                                          : 1 + up_to(up_to(3) == 0 ? 4095 : 199));
  tlm::tlm_generic_payload& payload = pool_.take(length);
  for (unsigned byte = 0; byte < length; ++byte) {
    payload.get_data_ptr()[byte] = static_cast<unsigned char>(random_());
  }
  if (up_to(1) == 0) {
    payload.set_read();
  } else {
    payload.set_write();
  }
  if (up_to(3) == 0) payload.set_streaming_width(static_cast<unsigned>(1 + up_to(length + 10)));
  payload.set_address(address_for(std::min(length, payload.get_streaming_width())));
  if (up_to(1) == 0) payload.set_address(payload.get_address() / 64 * 64);
  payload.set_address(std::max<std::uint64_t>(payload.get_address(), parameters_.first));
  if (up_to(2) == 0) {
    PayloadPool::add_byte_enables(payload, 1 + up_to(up_to(1) == 0 ? 7 : 2 * length));
    const std::uint64_t off = up_to(3);
    for (unsigned at = 0; at < payload.get_byte_enable_length(); ++at) {
      if (up_to(off) != 0) payload.get_byte_enable_ptr()[at] = TLM_BYTE_DISABLED;
    }
  }
  if (up_to(5) == 0) spoil(payload);
  if (up_to(30) == 0) spoil(payload);
  return payload;
}

// Makes it illegal, in most cases.
void RandomTraffic::spoil(tlm::tlm_generic_payload& payload) {
  switch (up_to(8)) {
    case 0:
      payload.set_command(tlm::TLM_IGNORE_COMMAND);
      break;
    case 1:
      payload.set_data_length(0);
      break;
    case 2:
      payload.set_streaming_width(0);
      break;
    case 3:
      payload.set_address(parameters_.memory_bytes + up_to(100));
      break;
    case 4:  // over the end by a byte at least
      payload.set_address(
          parameters_.memory_bytes + 1 -
          std::max(1U, std::min(payload.get_data_length(), payload.get_streaming_width())));
      break;
    case 5:  // around the end of all addresses
      payload.set_address(last_address - up_to(20));
      break;
    case 6:
      payload.set_data_ptr(nullptr);
      break;
    case 7:
      PayloadPool::add_byte_enables(payload, 1);
      payload.set_byte_enable_length(0);
      break;
    default:
      PayloadPool::add_byte_enables(payload, 1 + up_to(40));
      payload.get_byte_enable_ptr()[up_to(payload.get_byte_enable_length() - 1)] =
          static_cast<unsigned char>(1 + up_to(253));
  }
}

void RandomTraffic::expect(const tlm::tlm_generic_payload& payload) {
  Expected& expected = expected_[&payload];
  expected.status = reference_.status(payload);
  expected.data.clear();
  if (expected.status == tlm::TLM_OK_RESPONSE) {
    expected.data = reference_.perform(payload);
    count_moved(payload);
  } else if (payload.get_data_ptr() != nullptr) {
    expected.data.assign(payload.get_data_ptr(),
                         payload.get_data_ptr() + payload.get_data_length());
  }
}

// Byte by byte: a burst is a block of the memory in a repetition of the streaming window.
void RandomTraffic::count_moved(const tlm::tlm_generic_payload& payload) {
  std::map<std::pair<std::uint64_t, std::uint64_t>, unsigned> bursts;
  std::uint64_t bytes = 0;
  for (unsigned at = 0; at < payload.get_data_length(); ++at) {
    const unsigned char* const enables = payload.get_byte_enable_ptr();
    if (enables != nullptr && enables[at % payload.get_byte_enable_length()] != TLM_BYTE_ENABLED) {
      continue;
    }
    const unsigned width = payload.get_streaming_width();
    const std::uint64_t address = payload.get_address() + at % width;
    ++bursts[{at / width, address / parameters_.burst_bytes}];
    ++bytes;
  }
  if (bytes == 0) return;
  Moved& moved = payload.is_read() ? counts_.reads : counts_.writes;
  ++moved.transactions;
  moved.bytes += bytes;
  moved.bursts += bursts.size();
  for (const auto& burst : bursts) {
    if (burst.second != parameters_.burst_bytes) ++moved.torn_bursts;
  }
}

void RandomTraffic::check(const tlm::tlm_generic_payload& payload) {
  const auto found = expected_.find(&payload);
  if (found == expected_.end()) {
    fail("a response to nothing");
    return;
  }
  const Expected& expected = found->second;
  ++counts_.answered;
  ++counts_.statuses[expected.status];
  if (expected.status == tlm::TLM_OK_RESPONSE) ++counts_.legal;
  const std::string name =
      fmt::format("{} of {} bytes at {:#x}, streaming width {}, {} byte enables",
                  payload.is_read()    ? "read"
                  : payload.is_write() ? "write"
                                       : "ignored",
                  payload.get_data_length(), payload.get_address(), payload.get_streaming_width(),
                  payload.get_byte_enable_ptr() == nullptr ? 0 : payload.get_byte_enable_length());
  if (payload.get_response_status() != expected.status) {
    fail(fmt::format("{}: response {}, expected {}", name, int{payload.get_response_status()},
                     int{expected.status}));
  }
  for (std::size_t byte = 0; byte < expected.data.size(); ++byte) {
    if (payload.get_data_ptr()[byte] == expected.data[byte]) continue;
    fail(fmt::format("{}: byte {} is {:#04x}, expected {:#04x}", name, byte,
                     payload.get_data_ptr()[byte], expected.data[byte]));
    break;
  }
  expected_.erase(found);
}

void RandomTraffic::fail(const std::string& what) {
  if (failures_.size() < most_failures) {
    failures_.push_back(
        fmt::format("{} at {}: {}", name(), sc_core::sc_time_stamp().to_string(), what));
  }
}

// Loosely timed.

void RandomTraffic::send_loosely_timed() {
  tlm::tlm_generic_payload& payload = make();
  expect(payload);
  local_time_ += pause();
  const sc_core::sc_time before = sc_core::sc_time_stamp() + local_time_;
  socket->b_transport(payload, local_time_);
  if (sc_core::sc_time_stamp() + local_time_ < before) fail("time ran backwards");
  check(payload);
  payload.release();
  if (up_to(7) == 0) {
    wait(local_time_);
    local_time_ = sc_core::SC_ZERO_TIME;
  }
}

// Approximately timed.

void RandomTraffic::send_approximately_timed() {
  while (in_flight_ >= parameters_.in_flight) wait(response_event_);
  if (up_to(1) == 0) wait(pause());
  tlm::tlm_generic_payload& payload = make();
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay = up_to(3) == 0 ? pause() : sc_core::SC_ZERO_TIME;
  // Nothing of ours is between this call and END_REQ, so the order here is the memory's.
  expect(payload);
  ++in_flight_;
  request_ = &payload;
  switch (socket->nb_transport_fw(payload, phase, delay)) {
    case tlm::TLM_ACCEPTED:
      while (request_ != nullptr) wait(request_event_);
      break;
    case tlm::TLM_UPDATED:
      request_ = nullptr;
      if (phase != tlm::END_REQ) fail("BEGIN_REQ was updated to something other than END_REQ");
      wait(delay);
      break;
    default:
      request_ = nullptr;
      check(payload);
      wait(delay);
      retire(payload);
  }
}

tlm::tlm_sync_enum RandomTraffic::nb_transport_bw(tlm::tlm_generic_payload& payload,
                                                  tlm::tlm_phase& phase, sc_core::sc_time& delay) {
  if (phase == tlm::END_REQ) {
    if (request_ != &payload) fail("END_REQ for a request that has none to come");
    request_ = nullptr;
    request_event_.notify(delay);
    return tlm::TLM_ACCEPTED;
  }
  if (phase != tlm::BEGIN_RESP) {
    fail("a phase that is neither END_REQ nor BEGIN_RESP");
    return tlm::TLM_ACCEPTED;
  }
  if (request_ == &payload) {  // BEGIN_RESP says END_REQ as well
    request_ = nullptr;
    request_event_.notify(delay);
  }
  if (response_ != nullptr) fail("BEGIN_RESP before the END_RESP of the last response");
  if (sc_core::sc_time_stamp() + delay < response_free_) {
    fail("BEGIN_RESP before the last response is over");
  }
  check(payload);
  const std::uint64_t answer = up_to(3);
  if (answer <= 1) {
    delay += up_to(1) == 0 ? pause() : sc_core::SC_ZERO_TIME;
    response_free_ = sc_core::sc_time_stamp() + delay;
    retire(payload);
    if (answer == 0) return tlm::TLM_COMPLETED;
    phase = tlm::END_RESP;
    return tlm::TLM_UPDATED;
  }
  response_ = &payload;
  late_event_.notify(delay + pause());
  return tlm::TLM_ACCEPTED;
}

void RandomTraffic::end_late_response() {
  tlm::tlm_generic_payload& payload = *response_;
  response_ = nullptr;
  tlm::tlm_phase phase = tlm::END_RESP;
  sc_core::sc_time delay = up_to(1) == 0 ? pause() : sc_core::SC_ZERO_TIME;
  response_free_ = sc_core::sc_time_stamp() + delay;
  socket->nb_transport_fw(payload, phase, delay);
  retire(payload);
}

void RandomTraffic::retire(tlm::tlm_generic_payload& payload) {
  payload.release();
  --in_flight_;
  response_event_.notify(sc_core::SC_ZERO_TIME);
}

// Behind the protocol's back.

void RandomTraffic::access_by_debug() {
  const std::uint64_t length = 1 + up_to(300);
  tlm::tlm_generic_payload& payload = pool_.take(length);
  payload.set_address(address_for(length));
  const bool has_end = parameters_.last + 1 == parameters_.memory_bytes;
  if (up_to(5) == 0 && has_end) payload.set_address(parameters_.memory_bytes - up_to(length));
  if (up_to(9) == 0) payload.set_address(last_address - up_to(length));
  const bool write = up_to(1) == 0;
  payload.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  std::vector<unsigned char> data(length);
  for (unsigned char& byte : data) byte = static_cast<unsigned char>(random_());
  std::copy(data.begin(), data.end(), payload.get_data_ptr());
  unsigned expected = 0;
  for (; expected < length; ++expected) {
    const std::uint64_t address = payload.get_address() + expected;
    if (address >= parameters_.memory_bytes || address < payload.get_address()) break;
    if (write) {
      reference_.write(address, data[expected]);
    } else {
      data[expected] = reference_.read(address);
    }
  }
  const unsigned count = socket->transport_dbg(payload);
  if (count != expected) {
    fail(fmt::format("debug access of {} bytes at {:#x} moved {}, expected {}", length,
                     payload.get_address(), count, expected));
  }
  if (!std::equal(data.begin(), data.end(), payload.get_data_ptr())) {
    fail(fmt::format("debug access of {} bytes at {:#x}: wrong data", length,
                     payload.get_address()));
  }
  ++counts_.debug;
  payload.release();
}

void RandomTraffic::access_directly() {
  tlm::tlm_generic_payload& payload = pool_.take();
  payload.set_address(address_for(1));
  payload.set_read();
  tlm::tlm_dmi dmi;
  const std::uint64_t address = payload.get_address();
  const bool granted = socket->get_direct_mem_ptr(payload, dmi);
  payload.release();
  if (address < dmi.get_start_address() || address > dmi.get_end_address()) {
    fail("an answer about direct access that is not about the address asked for");
    return;
  }
  if (!granted) return;
  ++counts_.direct;
  if (dmi.get_end_address() >= parameters_.memory_bytes) fail("direct access behind the end");
  const std::uint64_t end =
      std::min<std::uint64_t>({address + 64, parameters_.last + 1, dmi.get_end_address() + 1});
  for (std::uint64_t at = address; at < end; ++at) {
    unsigned char& byte = dmi.get_dmi_ptr()[at - dmi.get_start_address()];
    if (byte != reference_.read(at)) {
      fail(fmt::format("direct access at {:#x} found {:#04x}, expected {:#04x}", at, byte,
                       reference_.read(at)));
      return;
    }
    if (up_to(1) == 0) {
      byte = static_cast<unsigned char>(random_());
      reference_.write(at, byte);
    }
  }
}

}  // namespace tensordash
