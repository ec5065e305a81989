#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "models/trace/trace.h"
#include "tests/models/trace/temporary_folder.h"

namespace tensordash {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

json conv_layer() {
  return {{"name", "c1"},
          {"kind", "conv2d"},
          {"activations", "c1/A.npy"},
          {"weights", "c1/W.npy"},
          {"output_gradients", "c1/GO.npy"}};
}

json linear_layer() {
  return {{"name", "f1"}, {"kind", "linear"}, {"activations", "A.npy"}, {"weights", "W.npy"}};
}

json trace_of(const json& layers) {
  return {{"format", "tensordash-trace/1"},
          {"model", "small"},
          {"epoch", 6},
          {"dtype", "float32"},
          {"layers", layers}};
}

class TraceJson : public TemporaryFolderTest {
 protected:
  Trace open(const json& content) {
    write_file("trace.json", content.dump());
    return Trace(folder_);
  }

  TraceEntry entry(const json& layer) {
    return open(trace_of(json::array({layer}))).entries().at(0);
  }

  /// What is refused. The message must be one line.
  static std::string message_of(const std::function<void()>& call) {
    try {
      call();
    } catch (const TraceError& error) {
      EXPECT_THAT(error.what(), Not(HasSubstr("\n")));
      return error.what();
    }
    return "nothing was refused";
  }

  /// What is refused, behind the name of the file.
  std::string refusal_of_text(const std::string& text) {
    const std::string prefix = write_file("trace.json", text).string() + ": ";
    const std::string message = message_of([&] { Trace trace(folder_); });
    EXPECT_THAT(message, StartsWith(prefix));
    return message.size() < prefix.size() ? message : message.substr(prefix.size());
  }

  std::string refusal(const json& content) { return refusal_of_text(content.dump()); }

  std::string refusal_of_layer(const json& layer) {
    return refusal(trace_of(json::array({layer})));
  }

  /// The layer c1 with one key changed.
  std::string refusal_with(const char* key, const json& value) {
    json layer = conv_layer();
    layer[key] = value;
    return refusal_of_layer(layer);
  }
};

TEST_F(TraceJson, ListsModelEpochAndLayersInOrder) {
  const Trace trace = open(trace_of(json::array({linear_layer(), conv_layer()})));
  EXPECT_EQ(trace.folder(), folder_);
  EXPECT_EQ(trace.model(), "small");
  EXPECT_EQ(trace.epoch(), 6);
  ASSERT_THAT(trace.entries(), SizeIs(2));
  EXPECT_EQ(trace.entries()[0].name, "f1");
  EXPECT_TRUE(trace.entries()[0].linear);
  EXPECT_EQ(trace.entries()[0].output_gradients, std::nullopt);
  EXPECT_EQ(trace.entries()[1].name, "c1");
  EXPECT_FALSE(trace.entries()[1].linear);
  EXPECT_EQ(trace.entries()[1].activations, folder_ / "c1" / "A.npy");
  EXPECT_EQ(trace.entries()[1].weights, folder_ / "c1" / "W.npy");
  EXPECT_EQ(trace.entries()[1].output_gradients, folder_ / "c1" / "GO.npy");
}

TEST_F(TraceJson, MayBeNamedItself) {
  write_file("trace.json", trace_of(json::array({conv_layer()})).dump());
  const Trace trace(folder_ / "trace.json");
  EXPECT_EQ(trace.folder(), folder_);
  EXPECT_EQ(trace.entries().at(0).activations, folder_ / "c1" / "A.npy");
}

TEST_F(TraceJson, MayBeNamedRelativeToTheWorkingFolder) {
  write_file("trace.json", trace_of(json::array({conv_layer()})).dump());
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder_);
  const Trace trace("trace.json");
  std::filesystem::current_path(before);
  EXPECT_EQ(trace.folder(), ".");
  EXPECT_EQ(trace.entries().at(0).activations, "c1/A.npy");
}

TEST_F(TraceJson, OptionsOfAConvolutionHaveDefaults) {
  const TraceEntry plain = entry(conv_layer());
  EXPECT_EQ(plain.stride, (Axes{1, 1}));
  EXPECT_EQ(plain.padding, (Axes{0, 0}));
  EXPECT_EQ(plain.dilation, (Axes{1, 1}));
  EXPECT_EQ(plain.groups, 1);
}

TEST_F(TraceJson, OptionsArePairsOrOneNumberForBothAxes) {
  json layer = conv_layer();
  layer.update({{"stride", {2, 3}}, {"padding", {0, 4}}, {"dilation", {5, 6}}, {"groups", 7}});
  const TraceEntry pairs = entry(layer);
  EXPECT_EQ(pairs.stride, (Axes{2, 3}));
  EXPECT_EQ(pairs.padding, (Axes{0, 4}));
  EXPECT_EQ(pairs.dilation, (Axes{5, 6}));
  EXPECT_EQ(pairs.groups, 7);

  layer.update({{"stride", 2}, {"padding", 0}, {"dilation", 1048576}});
  const TraceEntry single = entry(layer);
  EXPECT_EQ(single.stride, (Axes{2, 2}));
  EXPECT_EQ(single.padding, (Axes{0, 0}));
  EXPECT_EQ(single.dilation, (Axes{1048576, 1048576}));
}

TEST_F(TraceJson, RecordersMayAddProvenance) {
  json content = trace_of(json::array({conv_layer()}));
  content["recorder"] = {{"host", "x"}, {"versions", {1, 2}}};
  EXPECT_THAT(open(content).entries(), SizeIs(1));
}

TEST_F(TraceJson, RefusesAFolderThatIsNoTrace) {
  const auto message = [&](const std::filesystem::path& place) {
    return message_of([&] { Trace trace(place); });
  };
  const std::string allowed = ": is not a trace; allowed: a folder with a trace.json, or that file";
  EXPECT_EQ(message(folder_ / "none"), (folder_ / "none").string() + ": no such folder");
  EXPECT_EQ(message(folder_), folder_.string() + allowed);
  const std::filesystem::path other = write_file("other.json", "{}");
  EXPECT_EQ(message(other), other.string() + allowed);
  std::filesystem::create_directories(folder_ / "trace.json");
  EXPECT_EQ(message(folder_), folder_.string() + allowed);
}

TEST_F(TraceJson, RefusesWhatIsNotJsonNamingLineAndByte) {
  EXPECT_THAT(refusal_of_text("{\n  \"format\": oops\n}"),
              StartsWith("not JSON: parse error at line 2, column 13: "));
  EXPECT_THAT(refusal_of_text("{\n  \"format\": oops\n}"), HasSubstr("(byte 15)"));
  EXPECT_THAT(refusal_of_text(""), StartsWith("not JSON: parse error at line 1, column 1: "));
  EXPECT_THAT(refusal_of_text("{} {}"), StartsWith("not JSON: parse error at line 1, column 4: "));
  const std::string whole = trace_of(json::array({conv_layer()})).dump();
  EXPECT_THAT(refusal_of_text(whole.substr(0, whole.size() - 1)), StartsWith("not JSON: "));
  EXPECT_THAT(refusal_of_text("{\"model\": \"\xff\"}"), StartsWith("not JSON: "));
}

TEST_F(TraceJson, RefusesAKeyThatStandsTwice) {
  EXPECT_EQ(refusal_of_text("{\"a\": {\"epoch\": 1}, \"epoch\": 1, \"epoch\": 2}"),
            "key \"epoch\" stands twice in one object; allowed: once");
}

TEST_F(TraceJson, RefusesNestingWithoutEnd) {
  const std::string deep = "{\"epoch\": " + std::string(1000000, '[');
  EXPECT_EQ(refusal_of_text(deep), "nested deeper than the allowed 64");
}

TEST_F(TraceJson, RefusesAnotherFormatOrType) {
  json content = trace_of(json::array({conv_layer()}));
  content["format"] = "tensordash-trace/2";
  EXPECT_EQ(refusal(content),
            "key \"format\" is \"tensordash-trace/2\"; allowed: \"tensordash-trace/1\"");
  content = trace_of(json::array({conv_layer()}));
  content["dtype"] = "float64";
  EXPECT_EQ(refusal(content), "key \"dtype\" is \"float64\"; allowed: \"float32\"");
}

TEST_F(TraceJson, RefusesMissingKeysOfTheTrace) {
  for (const char* key : {"format", "model", "epoch", "dtype", "layers"}) {
    json content = trace_of(json::array({conv_layer()}));
    content.erase(key);
    EXPECT_EQ(refusal(content), std::string("key \"") + key + "\" is missing");
  }
}

TEST_F(TraceJson, RefusesWrongTypesInTheTrace) {
  const auto with = [&](const char* key, const json& value) {
    json content = trace_of(json::array({conv_layer()}));
    content[key] = value;
    return refusal(content);
  };
  const std::string file = (folder_ / "trace.json").string();
  write_file("trace.json", "[1, 2]");
  EXPECT_EQ(message_of([&] { Trace trace(folder_); }), file + " is [1,2]; allowed: an object");
  EXPECT_EQ(with("format", 1), "key \"format\" is 1; allowed: a string");
  EXPECT_EQ(with("model", nullptr), "key \"model\" is null; allowed: a string");
  const std::string epochs = "; allowed: an integer from 0 to 9223372036854775807";
  EXPECT_EQ(with("epoch", "6"), "key \"epoch\" is \"6\"" + epochs);
  EXPECT_EQ(with("epoch", 1.0), "key \"epoch\" is 1.0" + epochs);
  EXPECT_EQ(with("epoch", true), "key \"epoch\" is true" + epochs);
  EXPECT_EQ(with("epoch", -1), "key \"epoch\" is -1" + epochs);
  EXPECT_EQ(with("epoch", std::uint64_t{1} << 63), "key \"epoch\" is 9223372036854775808" + epochs);
  EXPECT_EQ(with("dtype", json::array()), "key \"dtype\" is []; allowed: a string");
  const std::string layers = "; allowed: an array of at least one layer";
  EXPECT_EQ(with("layers", json::object()), "key \"layers\" is {}" + layers);
  EXPECT_EQ(with("layers", json::array()), "key \"layers\" is []" + layers);
}

TEST_F(TraceJson, RefusesALayerThatIsNoObject) {
  write_file("trace.json", trace_of(json::array({conv_layer(), "c2"})).dump());
  EXPECT_EQ(message_of([&] { Trace trace(folder_); }),
            (folder_ / "trace.json").string() + ": layers[1] is \"c2\"; allowed: an object");
}

TEST_F(TraceJson, RefusesMissingKeysOfALayer) {
  for (const char* key : {"kind", "activations", "weights"}) {
    json layer = conv_layer();
    layer.erase(key);
    EXPECT_EQ(refusal_of_layer(layer), std::string("layer 'c1': key \"") + key + "\" is missing");
  }
  json layer = conv_layer();
  layer.erase("name");
  EXPECT_EQ(refusal_of_layer(layer), "layers[0]: key \"name\" is missing");
}

TEST_F(TraceJson, RefusesUnknownKeysOfALayerListingTheAllowedOnes) {
  EXPECT_EQ(refusal_with("strides", 2),
            "layer 'c1': unknown key \"strides\"; allowed: name, kind, activations, weights, "
            "output_gradients, stride, padding, dilation, groups");
  EXPECT_THAT(refusal_with("", 2), StartsWith("layer 'c1': unknown key \"\"; allowed: "));
}

TEST_F(TraceJson, RefusesOtherKinds) {
  EXPECT_EQ(refusal_with("kind", "conv3d"),
            "layer 'c1': key \"kind\" is \"conv3d\"; allowed: \"conv2d\", \"linear\"");
  EXPECT_EQ(refusal_with("kind", 2), "layer 'c1': key \"kind\" is 2; allowed: a string");
}

TEST_F(TraceJson, RefusesNamesThatNoFolderCanHave) {
  for (const std::string& name :
       {std::string(), std::string("."), std::string(".."), std::string("a/b"), std::string("/"),
        std::string("a\nb"), std::string("a\0b", 3), std::string("a\x7f"), std::string(256, 'n')}) {
    const std::string reason = refusal_with("name", name);
    EXPECT_THAT(reason, StartsWith("layers[0]: key \"name\" is \"")) << name;
    EXPECT_THAT(reason, HasSubstr("; allowed: what a folder can be called")) << name;
  }
  EXPECT_EQ(refusal_with("name", 3), "layers[0]: key \"name\" is 3; allowed: a string");
}

TEST_F(TraceJson, AllowsUnusualNames) {
  for (const std::string& name : {std::string("..."), std::string("layer1.0 conv"),
                                  std::string("\xc3\xa9t\xc3\xa9"), std::string(255, 'n')}) {
    json layer = conv_layer();
    layer["name"] = name;
    EXPECT_EQ(entry(layer).name, name);
  }
}

TEST_F(TraceJson, RefusesTwoLayersOfOneName) {
  EXPECT_EQ(refusal(trace_of(json::array({conv_layer(), linear_layer(), conv_layer()}))),
            "layers[2]: key \"name\" is \"c1\", which an earlier layer is called; allowed: a name "
            "of its own for every layer");
}

TEST_F(TraceJson, RefusesTensorPathsThatAreNotInsideTheFolder) {
  for (const char* key : {"activations", "weights", "output_gradients"}) {
    for (const std::string& path :
         {std::string(), std::string("/etc/A.npy"), std::string("../A.npy"), std::string(".."),
          std::string("c1/../../A.npy"), std::string("c1/.."), std::string("c1/A.npy\0x", 10)}) {
      EXPECT_EQ(refusal_with(key, path),
                "layer 'c1': key \"" + std::string(key) + "\" is " + json(path).dump() +
                    "; allowed: a path inside the trace's folder, relative to it, without ..");
    }
    EXPECT_EQ(refusal_with(key, nullptr),
              "layer 'c1': key \"" + std::string(key) + "\" is null; allowed: a string");
  }
}

TEST_F(TraceJson, RefusesAxesOutOfRangeOrOfAnotherForm) {
  for (const char* key : {"stride", "padding", "dilation"}) {
    const bool padding = key == std::string("padding");
    const std::string least = padding ? "0" : "1";
    for (const char* value :
         {"[]", "[1]", "[1,1,1]", "\"1\"", "[1,\"1\"]", "null", "true", "1.0", "[1,2.5]", "{}",
          "[[1],1]", "-1", "[1,-1]", "[-1,1]", "1048577", "[1,1048577]", "18446744073709551615"}) {
      EXPECT_EQ(refusal_with(key, json::parse(value)),
                "layer 'c1': key \"" + std::string(key) + "\" is " + value +
                    "; allowed: [vertical, horizontal] or one integer for both, from " + least +
                    " to 1048576");
    }
    for (const char* value : {"0", "[0,1]", "[1,0]"}) {
      const std::string expected = padding ? "nothing was refused" : "layer 'c1': key ";
      json layer = conv_layer();
      layer[key] = json::parse(value);
      write_file("trace.json", trace_of(json::array({layer})).dump());
      EXPECT_THAT(message_of([&] { Trace trace(folder_); }), HasSubstr(expected));
    }
  }
}

TEST_F(TraceJson, RefusesGroupsOutOfRangeOrOfAnotherForm) {
  for (const char* value : {"0", "-2", "1048577", "[1,1]", "1.5", "\"2\"", "null"}) {
    EXPECT_EQ(refusal_with("groups", json::parse(value)),
              std::string("layer 'c1': key \"groups\" is ") + value +
                  "; allowed: an integer from 1 to 1048576");
  }
}

TEST_F(TraceJson, LinearLayerMaySayOnlyTrivialOptions) {
  json layer = linear_layer();
  layer.update({{"stride", {1, 1}}, {"padding", 0}, {"dilation", 1}, {"groups", 1}});
  EXPECT_TRUE(entry(layer).linear);

  const auto with = [&](const char* key, const json& value) {
    json changed = linear_layer();
    changed[key] = value;
    return refusal_of_layer(changed);
  };
  EXPECT_EQ(with("stride", {1, 2}),
            "layer 'f1': key \"stride\" is [1,2] in a linear layer; allowed: 1, or no such key");
  EXPECT_EQ(with("padding", 1),
            "layer 'f1': key \"padding\" is 1 in a linear layer; allowed: 0, or no such key");
  EXPECT_EQ(with("dilation", 2),
            "layer 'f1': key \"dilation\" is 2 in a linear layer; allowed: 1, or no such key");
  EXPECT_EQ(with("groups", 2),
            "layer 'f1': key \"groups\" is 2 in a linear layer; allowed: 1, or no such key");
}

TEST_F(TraceJson, QuotesLongValuesInPart) {
  const std::string reason = refusal_with("kind", std::string(10000, 'k'));
  EXPECT_LT(reason.size(), 200u);
  EXPECT_THAT(reason, HasSubstr("kkk...; allowed: "));
}

}  // namespace
}  // namespace tensordash
