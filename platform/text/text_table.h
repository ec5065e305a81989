#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tensordash {

using TextRow = std::vector<std::string>;

/// Rows of cells as aligned text with two blanks between columns, ruled under the first row and
/// above row number `rule_before`. The first `text_columns` columns are aligned to the left, the
/// others to the right.
std::string text_table(const std::vector<TextRow>& rows, std::size_t text_columns,
                       std::size_t rule_before);

/// A number with a comma before every third digit.
std::string grouped(std::uint64_t number);

}  // namespace tensordash
