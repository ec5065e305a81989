#include "platform/pin/wave_dump.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <set>
#include <system_error>

#include "hw/dma/dma_request.h"
#include "hw/dma/landed_rows.h"
#include "hw/dma/pass_result.h"
#include "hw/memory/memory_signals.h"
#include "hw/memory/row_request.h"
#include "hw/pe/signals.h"

namespace tensordash {
namespace {

/// Adds the objects below a scope to a trace file, each driven signal once.
class Tracer {
 public:
  Tracer(sc_core::sc_trace_file* file, const WaveRequest& request, std::string top)
      : file_(file), request_(request), top_(std::move(top)) {}

  /// Whether the object is a signal, or an output port that drives one.
  static bool can_add(const sc_core::sc_object& object) {
    const std::string kind = object.kind();
    return kind == "sc_signal" || kind == "sc_out" || kind == "sc_inout";
  }

  void add(const sc_core::sc_object& object) {
    // Children first, so that a signal gets the name of the innermost port that drives it.
    for (const sc_core::sc_object* child : object.get_child_objects()) add(*child);
    const bool traced =
        add_as<bool>(object) || add_as<unsigned>(object) || add_as<sc_dt::uint64>(object) ||
        add_as<Fp32>(object) || add_as<LaneRow>(object) || add_as<ExactRow>(object) ||
        add_as<LaneSelects>(object) || add_as<WindowBits>(object) || add_as<FillStatus>(object) ||
        add_as<StepToken>(object) || add_as<TileState>(object);
    if (!traced) add_of_memory(object);
  }

 private:
  void add_of_memory(const sc_core::sc_object& object) {
    const bool traced = add_as<FetchState>(object) || add_as<FeedWait>(object) ||
                        add_as<StallCause>(object) || add_as<RowRequest>(object) ||
                        add_as<LandedRows>(object) || add_as<LoadProgress>(object) ||
                        add_as<PassResult>(object) || add_as<DmaFault>(object);
    static_cast<void>(traced);
  }

  template <typename Value>
  bool add_as(const sc_core::sc_object& object) {
    using Interface = sc_core::sc_signal_inout_if<Value>;
    const Interface* interface = nullptr;
    if (const auto* port = dynamic_cast<const sc_core::sc_inout<Value>*>(&object)) {
      interface = dynamic_cast<const Interface*>(port->get_interface());
    } else {
      interface = dynamic_cast<const Interface*>(&object);
    }
    if (interface == nullptr) return false;
    if (seen_.insert(static_cast<const sc_core::sc_interface*>(interface)).second) {
      add_value(interface->read(), local_name(object));
    }
    return true;
  }

  template <typename Value>
  void add_value(const Value& value, const std::string& name) {
    using sc_core::sc_trace;
    sc_trace(file_, value, name);
  }
  void add_value(const WindowBits& value, const std::string& name) {
    sc_trace(file_, value, name, request_.depth, request_.lanes);
  }

  std::string local_name(const sc_core::sc_object& object) const {
    const std::string name = object.name();
    return name.substr(top_.size() + 1);
  }

  sc_core::sc_trace_file* file_;
  const WaveRequest& request_;
  std::string top_;
  std::set<const sc_core::sc_interface*> seen_;
};

std::string children_of(const sc_core::sc_object& object) {
  std::string names;
  for (const sc_core::sc_object* child : object.get_child_objects()) {
    if (dynamic_cast<const sc_core::sc_module*>(child) == nullptr) continue;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", child->basename());
  }
  return names;
}

const sc_core::sc_object& find_below(const sc_core::sc_object& top, const std::string& scope) {
  // The deepest part of the path that exists tells what could follow it.
  const sc_core::sc_object* found = &top;
  std::size_t at = 0;
  while (at <= scope.size()) {
    const std::size_t dot = std::min(scope.find('.', at), scope.size());
    const std::string part = scope.substr(at, dot - at);
    const auto& children = found->get_child_objects();
    const auto child = std::find_if(children.begin(), children.end(),
                                    [&](const auto* object) { return part == object->basename(); });
    if (child == children.end()) {
      throw WaveError(fmt::format("no wave scope '{}': '{}' holds {}", scope,
                                  found == &top ? "the machine" : scope.substr(0, at - 1),
                                  children_of(*found)));
    }
    found = *child;
    at = dot + 1;
  }
  return *found;
}

}  // namespace

WaveDump::WaveDump(const sc_core::sc_object& top, WaveRequest request)
    : request_(std::move(request)) {
  for (const std::string& scope : request_.scopes) {
    const sc_core::sc_object& object = find_below(top, scope);
    if (object.get_child_objects().empty() && !Tracer::can_add(object)) {
      throw WaveError(fmt::format(
          "wave scope '{}' is an input, dumped where it is driven; allowed: instances, outputs and "
          "signals",
          scope));
    }
    scopes_.push_back(&object);
  }
  // The machine's own clock, controls and cycle count accompany every dump.
  for (const sc_core::sc_object* child : top.get_child_objects()) {
    if (dynamic_cast<const sc_core::sc_module*>(child) == nullptr) scopes_.push_back(child);
  }
  if (request_.file.extension() != ".vcd") {
    throw WaveError(fmt::format("wave file {} must end in .vcd", request_.file.string()));
  }
  if (request_.from >= request_.to) {
    throw WaveError(fmt::format("wave window {}:{} is empty; allowed: FROM below TO", request_.from,
                                request_.to));
  }
  partial_ = request_.file;
  partial_.replace_extension(".partial.vcd");
  const std::ofstream probe(partial_);
  if (!probe || std::filesystem::is_directory(request_.file)) {
    throw WaveError(fmt::format("wave file {} cannot be written", request_.file.string()));
  }
}

WaveDump::~WaveDump() {
  close();
  std::error_code ignored;
  if (!finished_) std::filesystem::remove(partial_, ignored);
}

void WaveDump::finish() {
  close();
  if (!dumped_) {
    throw WaveError(
        fmt::format("wave window starts at clock {}, after the run has ended", request_.from));
  }
  // The kernel does not tell when a dump meets a full disk; adding a last line does.
  std::ofstream file(partial_, std::ios::app);
  file << "$comment end of dump $end\n" << std::flush;
  if (!file) {
    throw std::system_error(errno, std::generic_category(),
                            fmt::format("cannot write {}", request_.file.string()));
  }
  file.close();
  std::filesystem::rename(partial_, request_.file);
  finished_ = true;
}

std::uint64_t WaveDump::until_next_change(std::uint64_t now, std::uint64_t count) {
  if (now >= request_.from && now < request_.to && file_ == nullptr) open();
  if (now >= request_.to) close();
  if (now < request_.from) return std::min(count, request_.from - now);
  if (now < request_.to) return std::min(count, request_.to - now);
  return count;
}

void WaveDump::open() {
  const std::filesystem::path stem = partial_.parent_path() / partial_.stem();
  dumped_ = true;
  file_ = sc_core::sc_create_vcd_trace_file(stem.string().c_str());
  file_->set_time_unit(1, request_.picoseconds ? sc_core::SC_PS : sc_core::SC_NS);
  const sc_core::sc_object* top = scopes_.back();
  while (top->get_parent_object() != nullptr) top = top->get_parent_object();
  Tracer tracer(file_, request_, top->name());
  for (const sc_core::sc_object* scope : scopes_) tracer.add(*scope);
}

void WaveDump::close() {
  if (file_ != nullptr) sc_core::sc_close_vcd_trace_file(file_);
  file_ = nullptr;
}

}  // namespace tensordash
