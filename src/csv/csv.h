#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace connector::csv {

/// Something wrong in a CSV file, for the person who wrote it.
struct BadRow {
  std::size_t row = 0;  ///< as a spreadsheet numbers rows: the header is row 1, empty rows count; 0 if it is in no file
  std::string column;   ///< empty if the whole row is meant
  std::string message;  ///< what is wrong and what to do
  bool operator==(const BadRow&) const = default;
};
/// "row 17, column sku: ..."
std::string to_string(const BadRow& bad);

/// What a file says, or every reason why it is refused as a whole.
template <class T>
using Result = tl::expected<T, std::vector<BadRow>>;

struct Record {
  std::size_t row = 0;
  std::vector<std::string> cells;  ///< one per column that the reader was asked for; "" for an absent column
};

/// Reads an RFC 4180 file: UTF-8 with or without BOM, CRLF or LF, quoted cells with commas, doubled quotes and line
/// breaks. The header row must name `required` columns and may name `optional` ones, in any order, and no others.
/// Records come with the cells of `required`, then `optional`; empty rows are skipped. All faults of the file's form
/// are reported together with the records that are sound, so that a caller can go on checking those.
struct File {
  std::vector<Record> records;
  std::vector<BadRow> bad_rows;
};
File read_file(std::string_view text, const std::vector<std::string>& required,
               const std::vector<std::string>& optional = {});

/// The same for a file that no person of ours can mend: other columns are passed over, and what stands in them may be
/// anything; a quote inside an unquoted cell and text behind a closing quote are taken as they are; cells that are
/// missing at the end of a row are empty. Reading ends with the first row that is wrong all the same, or after a
/// million.
File read_foreign_file(std::string_view text, const std::vector<std::string>& required,
                       const std::vector<std::string>& optional);

/// One line with CRLF; cells are quoted where RFC 4180 or a blank at either end asks for it.
std::string write_row(const std::vector<std::string>& cells);

}  // namespace connector::csv
