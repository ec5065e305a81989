// Images that were changed behind store_tensor's back.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "tests/models/layout/image_case.h"

namespace tensordash {
namespace {

using testing::BoundedMemory;
using testing::LayoutCase;

constexpr std::uint64_t base = 0x2000;

/// A tensor stored in a memory that has no byte more than its image.
class StoredTensor {
 public:
  StoredTensor(LayoutCase test, unsigned value_bytes, std::vector<float> values)
      : test_(std::move(test)), values_(std::move(values)), image_{test_.layout, value_bytes} {
    image_.data_base = base;
    image_.directory_base = base + image_.data_bytes();
    memory_.emplace(base, static_cast<std::size_t>(image_.data_bytes() + image_.directory_bytes()));
    store_tensor(image_, values_.data(), *memory_);
  }

  const TensorImage& image() const { return image_; }
  BoundedMemory& memory() { return *memory_; }
  std::uint64_t end() const { return image_.directory_base + image_.directory_bytes(); }

  /// The group whose slot or entry holds a byte.
  std::int64_t group_at(std::uint64_t address) const {
    return static_cast<std::int64_t>(address < image_.directory_base
                                         ? (address - base) / image_.slot_bytes()
                                         : (address - image_.directory_base) / 2);
  }

  /// Loads; the error, if there is one. Otherwise all values but those of `group` are as stored.
  std::optional<ImageError> load(std::int64_t group) {
    std::vector<float> loaded(values_.size());  // no more room than that: ASan sees what is beyond
    try {
      load_tensor(image_, *memory_, loaded.data());
    } catch (const ImageError& error) {
      return error;
    }
    std::vector<std::uint32_t> expected = testing::bits_of(values_);
    std::vector<std::uint32_t> seen = testing::bits_of(loaded);
    for (const std::int64_t index : test_.groups.at(static_cast<std::size_t>(group))) {
      if (index < 0) continue;
      expected[static_cast<std::size_t>(index)] = seen[static_cast<std::size_t>(index)];
    }
    EXPECT_EQ(seen, expected) << "a fault in group " << group << " changed another";
    return std::nullopt;
  }

  /// Loads what is expected to be refused, with that group, address and words.
  void expect_refused(std::int64_t group, std::uint64_t address, const std::string& words) {
    const std::optional<ImageError> error = load(group);
    ASSERT_TRUE(error.has_value()) << words;
    EXPECT_EQ(error->group(), group);
    EXPECT_EQ(error->address(), address);
    EXPECT_THAT(error->what(), ::testing::HasSubstr(words));
    EXPECT_THAT(error->what(), ::testing::HasSubstr("group " + std::to_string(group) + ","));
  }

  void set_entry(std::int64_t group, unsigned entry) {
    (*memory_)[image_.entry_address(group)] = static_cast<std::uint8_t>(entry % 256);
    (*memory_)[image_.entry_address(group) + 1] = static_cast<std::uint8_t>(entry / 256);
  }

 private:
  LayoutCase test_;
  std::vector<float> values_;
  TensorImage image_;
  std::optional<BoundedMemory> memory_;
};

StoredTensor stored(const LayoutCase& test, unsigned value_bytes, unsigned percent_zero) {
  std::mt19937 random(31);
  return {test, value_bytes,
          testing::random_values(test.values, percent_zero, value_bytes, random)};
}

/// Changes every byte of an image in several ways; returns how many changes were refused.
int refused_changes(StoredTensor& tensor) {
  int refused = 0;
  for (std::uint64_t address = base; address < tensor.end(); ++address) {
    std::uint8_t& byte = tensor.memory()[address];
    const std::uint8_t right = byte;
    for (const unsigned change : {0x01U, 0x08U, 0x80U, 0xffU}) {
      byte = static_cast<std::uint8_t>(right ^ change);
      const std::int64_t group = tensor.group_at(address);
      if (const std::optional<ImageError> error = tensor.load(group)) {
        ++refused;
        EXPECT_EQ(error->group(), group) << "byte " << address;
        const bool names_entry = error->address() == tensor.image().entry_address(group);
        EXPECT_TRUE(names_entry || error->address() == tensor.image().slot_address(group));
        EXPECT_TRUE(!names_entry || address >= tensor.image().directory_base);
      }
    }
    byte = right;
  }
  return refused;
}

TEST(ImageFaults, AnyChangedByteIsRefusedByPlaceOrChangesValuesOfItsGroupOnly) {
  const std::vector<LayoutCase> cases = {
      testing::positions_case("4 lanes", 2, 5, 1, 2, 5, 4),
      testing::positions_case("3 lanes", 1, 4, 2, 2, 4, 3),
      testing::weights_case("weights", 6, 7, 1, 1, 2, 5),
      testing::positions_case("16 lanes", 1, 17, 1, 1, 15, 16),
  };
  for (const LayoutCase& test : cases) {
    for (const unsigned value_bytes : {4U, 2U}) {
      for (const unsigned percent_zero : {0U, 60U, 100U}) {
        SCOPED_TRACE(test.name + ", bytes " + std::to_string(value_bytes) + ", zeros " +
                     std::to_string(percent_zero));
        StoredTensor tensor = stored(test, value_bytes, percent_zero);
        EXPECT_GT(refused_changes(tensor), 0);
      }
    }
  }
}

TEST(ImageFaults, EntriesThatNoGroupHasAreRefusedAtTheirAddress) {
  StoredTensor tensor = stored(testing::positions_case("two groups", 1, 16, 1, 2, 16, 16), 4, 50);
  for (const unsigned entry : {0U, 32U, 33U, 0x100U, 0xfffeU}) {
    tensor.set_entry(1, entry);
    tensor.expect_refused(1, tensor.image().entry_address(1),
                          "directory entry " + std::to_string(entry));
  }
}

TEST(ImageFaults, EntriesThatDoNotFitTheMasksAreRefused) {
  std::vector<float> values(256);
  std::fill_n(values.begin(), 100, 1.0F);  // 432 bytes, 14 units
  StoredTensor tensor(testing::positions_case("one group", 1, 16, 1, 1, 16, 16), 4, values);
  for (const unsigned entry : {1U, 13U, 15U, 31U}) {
    tensor.set_entry(0, entry);
    tensor.expect_refused(0, base, "the masks announce 432 bytes");
  }
  tensor.set_entry(0, 14);
  EXPECT_FALSE(tensor.load(0).has_value());
}

/// A group of 3 x 3 values, all in use: 9 bits of its mask's 32; raw it is 36 bytes of 64.
StoredTensor nine_values(unsigned kept) {
  std::vector<float> values(9);
  std::fill_n(values.begin(), kept, 1.0F);
  return {testing::positions_case("9 values", 1, 3, 1, 1, 3, 3), 4, values};
}

TEST(ImageFaults, MasksOfMoreValuesThanThereAreAreRefused) {
  StoredTensor tensor = nine_values(2);
  tensor.memory()[base + 1] |= 0x02U;  // value 9, the first that is not there
  tensor.expect_refused(0, base, "value 9");
}

TEST(ImageFaults, KeptZerosAreRefused) {
  StoredTensor tensor = nine_values(2);
  for (unsigned byte = 4; byte < 8; ++byte) tensor.memory()[base + byte] = 0;
  tensor.expect_refused(0, base, "value 0 is kept, but is zero");
}

TEST(ImageFaults, BytesBehindTheDataAreRefused) {
  StoredTensor compressed = nine_values(2);
  compressed.memory()[base + 12] = 1;  // behind a mask and two values
  compressed.expect_refused(0, base, "behind");
  compressed.memory()[base + 12] = 0;
  compressed.memory()[base + 31] = 1;  // the last byte of the unit
  compressed.expect_refused(0, base, "behind");
  compressed.memory()[base + 31] = 0;
  compressed.memory()[base + 32] ^= 1U;  // in the slot, but not transferred
  EXPECT_FALSE(compressed.load(0).has_value());

  StoredTensor raw = nine_values(9);
  raw.memory()[base + 36] = 1;
  raw.expect_refused(0, base, "behind");
}

TEST(ImageFaults, PaddingThatIsNotZeroIsRefused) {
  // Columns 0 and 1 of channels 0 to 2, in groups of 4 x 4: all but 6 places are padding. In raw
  // form each is tried.
  StoredTensor tensor(testing::positions_case("padded", 1, 3, 1, 1, 2, 4), 4,
                      std::vector<float>(6, 2.0F));
  tensor.set_entry(0, 0xffff);
  for (std::uint64_t byte = 0; byte < 64; ++byte) tensor.memory()[base + byte] = 0;
  EXPECT_FALSE(tensor.load(0).has_value());
  for (unsigned place = 0; place < 16; ++place) {
    for (const unsigned byte : {0U, 3U}) {
      std::uint8_t& changed = tensor.memory()[base + place * 4 + byte];
      changed = 0x80;
      if (place / 4 < 2 && place % 4 < 3) {
        EXPECT_FALSE(tensor.load(0).has_value()) << "place " << place;
      } else {
        tensor.expect_refused(0, base, "padding is not zero");
      }
      changed = 0;
    }
  }
  for (const unsigned place : {3U, 15U}) tensor.memory()[base + place * 4 + 3] = 0x80;
  tensor.expect_refused(0, base, "padding is not zero");  // nor do two of them make up a zero
}

TEST(ImageFaults, TheFirstWrongGroupIsNamed) {
  StoredTensor tensor = stored(testing::positions_case("6 groups", 1, 16, 1, 6, 16, 16), 4, 50);
  tensor.set_entry(5, 0);
  tensor.set_entry(3, 0);
  tensor.expect_refused(3, tensor.image().entry_address(3), "directory entry 0");
}

TEST(ImageFaults, MessagesHoldTheAddress) {
  const ImageError error(12, 0x12c40, "padding is not zero");
  EXPECT_STREQ(error.what(), "group 12, address 0x12c40: padding is not zero");
}

}  // namespace
}  // namespace tensordash
