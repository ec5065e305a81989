#include "hw/dram/address_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

namespace tensordash {
namespace {

constexpr std::array<std::string_view, 5> field_names = {"channel", "rank", "bank", "row",
                                                         "column"};

unsigned bits_of(std::uint64_t size) {
  unsigned bits = 0;
  while ((std::uint64_t{1} << bits) < size) ++bits;
  return bits;
}

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(trimmed(text.substr(0, end)));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<unsigned> number(std::string_view text) {
  unsigned value = 0;
  const auto* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

std::optional<std::size_t> field_named(std::string_view name) {
  const auto* const found = std::find(field_names.begin(), field_names.end(), name);
  if (found == field_names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - field_names.begin());
}

bool odd(std::uint64_t bits) {
  return (static_cast<unsigned>(__builtin_popcountll(bits)) & 1U) != 0;
}

}  // namespace

AddressMap::AddressMap(const DramConfiguration& configuration) {
  const DramSpec& spec = configuration.spec;
  const DramParameters& parameters = configuration.parameters;
  const std::array<unsigned, field_count> widths = {
      bits_of(parameters.channels), bits_of(parameters.ranks), bits_of(spec.banks),
      bits_of(spec.rows),           bits_of(spec.columns),     bits_of(parameters.width / 8)};
  for (const unsigned width : widths) bits_ += width;
  burst_bits_ = widths[byte] + bits_of(spec.burst_length);
  lay_out(parameters.mapping, widths);
  for (unsigned bit = 0; bit < bits_of(spec.burst_length); ++bit) {
    if (address_bit_of(column, bit) != widths[byte] + bit) {
      throw DramError(fmt::format(
          "dram.mapping '{}' tears bursts apart; allowed: the lowest {} bits of the column at the "
          "bottom",
          parameters.mapping, bits_of(spec.burst_length)));
    }
  }
  if (!trimmed(parameters.hash).empty()) add_hash(parameters.hash, widths);
  invert();
}

void AddressMap::lay_out(const std::string& mapping,
                         const std::array<unsigned, field_count>& widths) {
  struct Item {
    Field field;
    std::optional<unsigned> bits;
  };
  const auto refuse = [&mapping](const std::string& why) {
    throw DramError(fmt::format("dram.mapping '{}': {}", mapping, why));
  };
  std::vector<Item> items;
  std::array<unsigned, field_count> left = widths;
  std::array<unsigned, field_count> open{};  // segments of a field without a number
  for (const std::string_view part : split(mapping, '|')) {
    const std::size_t colon = part.find(':');
    const auto field = field_named(trimmed(part.substr(0, colon)));
    if (!field) {
      refuse(fmt::format("unknown field '{}'; allowed: {}", part, fmt::join(field_names, ", ")));
    }
    Item item{static_cast<Field>(*field), std::nullopt};
    if (colon == std::string_view::npos) {
      if (++open[*field] > 1) {
        refuse(fmt::format("two segments of {} without a number of bits", field_names[*field]));
      }
    } else {
      item.bits = number(trimmed(part.substr(colon + 1)));
      if (!item.bits) refuse(fmt::format("'{}' has no number of bits", part));
      // A field that this memory does not have may stand in a mapping made for a larger one.
      if (widths[*field] == 0) item.bits = 0;
      if (*item.bits > left[*field]) {
        refuse(fmt::format("{} has only {} bits", field_names[*field], widths[*field]));
      }
      left[*field] -= *item.bits;
    }
    items.push_back(item);
  }
  for (Item& item : items) {
    if (!item.bits) item.bits = std::exchange(left[item.field], 0);
  }
  for (std::size_t field = 0; field < field_names.size(); ++field) {
    if (left[field] != 0) {
      refuse(fmt::format("{} of {} bits of {} are nowhere", left[field], widths[field],
                         field_names[field]));
    }
  }
  std::array<unsigned, field_count> placed{};
  segments_.push_back({byte, 0, 0, widths[byte]});
  unsigned address_bit = widths[byte];
  for (auto item = items.rbegin(); item != items.rend(); ++item) {
    if (*item->bits == 0) continue;
    segments_.push_back({item->field, address_bit, placed[item->field], *item->bits});
    placed[item->field] += *item->bits;
    address_bit += *item->bits;
  }
}

unsigned AddressMap::address_bit_of(Field field, unsigned field_bit) const {
  for (const Segment& segment : segments_) {
    if (segment.field == field && field_bit >= segment.field_bit &&
        field_bit < segment.field_bit + segment.bits) {
      return segment.address_bit + field_bit - segment.field_bit;
    }
  }
  return bits_;
}

void AddressMap::add_hash(const std::string& hash,
                          const std::array<unsigned, field_count>& widths) {
  for (const std::string_view equation : split(hash, ',')) {
    const auto refuse = [&](const std::string& why) {
      throw DramError(fmt::format("dram.hash '{}': {}", equation, why));
    };
    std::vector<std::pair<Field, unsigned>> terms;
    for (const std::string_view term : split(equation, '^')) {
      const std::size_t digits = std::min(term.find_first_of("0123456789"), term.size());
      const auto field = field_named(term.substr(0, digits));
      const auto bit = number(term.substr(digits));
      if (!field || !bit) {
        refuse(fmt::format("'{}' is no bit of a field; allowed: such as bank0^row3", term));
      }
      if (*bit >= widths[*field]) {
        refuse(fmt::format("{} has only {} bits", field_names[*field], widths[*field]));
      }
      terms.emplace_back(static_cast<Field>(*field), *bit);
    }
    if (terms.size() < 2) refuse("a bit is flipped by one other at least, as in bank0^row3");
    Flip flip{terms[0].first, terms[0].second, 0};
    for (std::size_t at = 1; at < terms.size(); ++at) {
      flip.mask ^= std::uint64_t{1} << address_bit_of(terms[at].first, terms[at].second);
    }
    if (flip.field == column && address_bit_of(column, flip.field_bit) < burst_bits_) {
      refuse("columns within a burst stay together");
    }
    flips_.push_back(flip);
  }
}

void AddressMap::invert() {
  // Rows of the matrix over two elements: what each bit of the fields takes from the address; then
  // Gauss and Jordan.
  std::vector<std::uint64_t> rows(bits_);
  for (const Segment& segment : segments_) {
    for (unsigned bit = 0; bit < segment.bits; ++bit) {
      rows[segment.address_bit + bit] = std::uint64_t{1} << (segment.address_bit + bit);
    }
  }
  for (const Flip& flip : flips_) rows[address_bit_of(flip.field, flip.field_bit)] ^= flip.mask;
  inverse_.assign(bits_, 0);
  for (unsigned bit = 0; bit < bits_; ++bit) inverse_[bit] = std::uint64_t{1} << bit;
  for (unsigned bit = 0; bit < bits_; ++bit) {
    unsigned pivot = bit;
    while (pivot < bits_ && (rows[pivot] >> bit & 1U) == 0) ++pivot;
    if (pivot == bits_) {
      throw DramError("dram.hash sends two addresses to one place; allowed: one to one");
    }
    std::swap(rows[pivot], rows[bit]);
    std::swap(inverse_[pivot], inverse_[bit]);
    for (unsigned other = 0; other < bits_; ++other) {
      if (other == bit || (rows[other] >> bit & 1U) == 0) continue;
      rows[other] ^= rows[bit];
      inverse_[other] ^= inverse_[bit];
    }
  }
}

DramPlace AddressMap::place(std::uint64_t address) const {
  std::array<unsigned, field_count> fields{};
  for (const Segment& segment : segments_) {
    const auto value = static_cast<unsigned>(address >> segment.address_bit &
                                             ((std::uint64_t{1} << segment.bits) - 1));
    fields[segment.field] |= value << segment.field_bit;
  }
  for (const Flip& flip : flips_) {
    if (odd(address & flip.mask)) fields[flip.field] ^= 1U << flip.field_bit;
  }
  return {fields[channel], fields[rank], fields[bank], fields[row], fields[column], fields[byte]};
}

std::uint64_t AddressMap::address(const DramPlace& place) const {
  const std::array<unsigned, field_count> fields = {place.channel, place.rank,   place.bank,
                                                    place.row,     place.column, place.byte};
  std::uint64_t laid_out = 0;
  for (const Segment& segment : segments_) {
    const std::uint64_t value =
        fields[segment.field] >> segment.field_bit & ((std::uint64_t{1} << segment.bits) - 1);
    laid_out |= value << segment.address_bit;
  }
  if (flips_.empty()) return laid_out;
  std::uint64_t address = 0;
  for (unsigned bit = 0; bit < bits_; ++bit) {
    if (odd(laid_out & inverse_[bit])) address |= std::uint64_t{1} << bit;
  }
  return address;
}

}  // namespace tensordash
