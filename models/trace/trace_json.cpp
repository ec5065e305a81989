#include "models/trace/trace_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <utility>

#include "models/layer/layer_limits.h"
#include "models/trace/json_object.h"

namespace tensordash {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::string_view format_name = "tensordash-trace/1";
constexpr std::size_t max_name_bytes = 255;  // of a folder, on the usual file systems

/// Watches the parser, and refuses what it would let pass: an object that has one key twice (the
/// last would count, silently), and nesting so deep that printing the value exhausts the stack.
class ParseGuard {
 public:
  explicit ParseGuard(const fs::path& file) : file_(file) {}

  void see(int depth, json::parse_event_t event, const json& parsed) {
    if (depth > max_depth) refuse(fmt::format("nested deeper than the allowed {}", max_depth));
    if (event == json::parse_event_t::object_start) keys_.emplace_back();
    if (event == json::parse_event_t::object_end) keys_.pop_back();
    if (event == json::parse_event_t::key) see_key(parsed.get<std::string>());
  }

 private:
  static constexpr int max_depth = 64;

  void see_key(const std::string& key) {
    if (keys_.back().insert(key).second) return;
    refuse(fmt::format("key {} stands twice in one object; allowed: once", json_text(key)));
  }

  [[noreturn]] void refuse(const std::string& what) const {
    throw TraceError(fmt::format("{}: {}", file_.string(), what));
  }

  const fs::path& file_;
  std::vector<std::set<std::string>> keys_;
};

/// The words of a parse error (line, column, what was expected) without the parser's error number.
std::string reason_of(const json::parse_error& error) {
  const std::string text = error.what();
  const std::size_t number_end = text.find("] ");
  return number_end == std::string::npos ? text : text.substr(number_end + 2);
}

json parse_file(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw TraceError(fmt::format("{}: cannot be opened", file.string()));
  ParseGuard guard(file);
  try {
    return json::parse(stream, [&](int depth, json::parse_event_t event, json& parsed) {
      guard.see(depth, event, parsed);
      return true;
    });
  } catch (const json::parse_error& error) {
    throw TraceError(
        fmt::format("{}: not JSON: {} (byte {})", file.string(), reason_of(error), error.byte));
  }
}

bool has_control_character(const std::string& text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

/// A layer's name is also the name of the folder that its outputs are written to.
std::string read_name(const JsonObject& layer) {
  const std::string name = layer.string_at("name");
  const bool usable = !name.empty() && name.size() <= max_name_bytes && name != "." &&
                      name != ".." && name.find('/') == std::string::npos &&
                      !has_control_character(name);
  if (!usable) {
    layer.refuse("name", fmt::format("is {}; allowed: what a folder can be called, 1 to {} bytes, "
                                     "without / or control characters, not . or ..",
                                     json_text(name), max_name_bytes));
  }
  return name;
}

fs::path read_tensor_path(const JsonObject& layer, const char* key, const fs::path& folder) {
  const std::string text = layer.string_at(key);
  const fs::path path(text);
  // Every ".." is refused, not only those that leave the folder: behind a link "a/.." may be
  // anywhere.
  const bool inside = !path.empty() && path.is_relative() &&
                      std::find(path.begin(), path.end(), "..") == path.end();
  if (!inside || has_control_character(text)) {
    layer.refuse(key, fmt::format("is {}; allowed: a path inside the trace's folder, relative to "
                                  "it, without ..",
                                  json_text(text)));
  }
  return folder / path;
}

/// A pair [vertical, horizontal], or one integer for both; `absent` where the key is missing.
Axes read_axes(const JsonObject& layer, const char* key, std::int64_t least, std::int64_t absent) {
  if (!layer.has(key)) return {absent, absent};
  const json& value = layer.at(key);
  Axes axes{};
  const bool pair = value.is_array() && value.size() == axes.size();
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (!integer_within(pair ? value[i] : value, least, max_layer_option, axes[i])) {
      layer.refuse(key, fmt::format("is {}; allowed: [vertical, horizontal] or one integer for "
                                    "both, from {} to {}",
                                    json_text(value), least, max_layer_option));
    }
  }
  return axes;
}

bool read_is_linear(const JsonObject& layer) {
  const std::string kind = layer.string_at("kind");
  if (kind != "conv2d" && kind != "linear") {
    layer.refuse("kind", fmt::format("is {}; allowed: \"conv2d\", \"linear\"", json_text(kind)));
  }
  return kind == "linear";
}

/// A linear layer may spell the options of a convolution out, as long as they say nothing.
void require_trivial_options(const JsonObject& layer, const TraceEntry& entry) {
  const auto require = [&](const char* key, bool trivial, int value) {
    if (trivial) return;
    layer.refuse(key, fmt::format("is {} in a linear layer; allowed: {}, or no such key",
                                  json_text(layer.at(key)), value));
  };
  require("stride", entry.stride == Axes{1, 1}, 1);
  require("padding", entry.padding == Axes{0, 0}, 0);
  require("dilation", entry.dilation == Axes{1, 1}, 1);
  require("groups", entry.groups == 1, 1);
}

TraceEntry read_entry(const JsonObject& layer, std::string name, const fs::path& folder) {
  layer.require_only({"name", "kind", "activations", "weights", "output_gradients", "stride",
                      "padding", "dilation", "groups"});
  TraceEntry entry;
  entry.name = std::move(name);
  entry.linear = read_is_linear(layer);
  entry.activations = read_tensor_path(layer, "activations", folder);
  entry.weights = read_tensor_path(layer, "weights", folder);
  if (layer.has("output_gradients")) {
    entry.output_gradients = read_tensor_path(layer, "output_gradients", folder);
  }
  entry.stride = read_axes(layer, "stride", 1, 1);
  entry.padding = read_axes(layer, "padding", 0, 0);
  entry.dilation = read_axes(layer, "dilation", 1, 1);
  if (layer.has("groups")) entry.groups = layer.integer_at("groups", 1, max_layer_option);
  if (entry.linear) require_trivial_options(layer, entry);
  return entry;
}

void require_value(const JsonObject& top, const char* key, std::string_view expected) {
  const std::string value = top.string_at(key);
  if (value == expected) return;
  top.refuse(key, fmt::format("is {}; allowed: \"{}\"", json_text(value), expected));
}

std::vector<TraceEntry> read_entries(const JsonObject& top, const fs::path& file) {
  const json& layers = top.at("layers");
  if (!layers.is_array() || layers.empty()) {
    top.refuse("layers",
               fmt::format("is {}; allowed: an array of at least one layer", json_text(layers)));
  }
  std::vector<TraceEntry> entries;
  std::set<std::string> names;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const JsonObject unnamed(layers[i], fmt::format("{}: layers[{}]", file.string(), i));
    std::string name = read_name(unnamed);
    if (!names.insert(name).second) {
      unnamed.refuse("name", fmt::format("is {}, which an earlier layer is called; allowed: a name "
                                         "of its own for every layer",
                                         json_text(name)));
    }
    const JsonObject layer(layers[i], fmt::format("{}: layer '{}'", file.string(), name));
    entries.push_back(read_entry(layer, std::move(name), file.parent_path()));
  }
  return entries;
}

}  // namespace

TraceListing read_trace_json(const fs::path& file) {
  const json parsed = parse_file(file);
  const JsonObject top(parsed, file.string());
  require_value(top, "format", format_name);
  require_value(top, "dtype", "float32");
  TraceListing listing;
  listing.model = top.string_at("model");
  listing.epoch = top.integer_at("epoch", 0, std::numeric_limits<std::int64_t>::max());
  listing.entries = read_entries(top, file);
  return listing;
}

}  // namespace tensordash
