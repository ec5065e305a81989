#include "platform/text/text_table.h"

#include <algorithm>

namespace tensordash {
namespace {

/// Columns by code points: the tables write nothing wider than one cell, but names may be UTF-8.
std::size_t display_width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  }));
}

}  // namespace

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits;
}

std::string text_table(const std::vector<TextRow>& rows, std::size_t text_columns,
                       std::size_t rule_before) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const TextRow& row : rows) {
    for (std::size_t at = 0; at < row.size(); ++at) {
      widths[at] = std::max(widths[at], display_width(row[at]));
    }
  }
  std::string text;
  const auto rule = [&] {
    for (const std::size_t width : widths) text += std::string(width, '-') + "  ";
    text.resize(text.size() - 2);
    text += "\n";
  };
  for (std::size_t index = 0; index < rows.size(); ++index) {
    if (index == 1 || index == rule_before) rule();
    std::string line;
    for (std::size_t at = 0; at < rows[index].size(); ++at) {
      const std::string& cell = rows[index][at];
      const std::string pad(widths[at] - display_width(cell), ' ');
      line += at < text_columns ? cell + pad : pad + cell;
      line += "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace tensordash
