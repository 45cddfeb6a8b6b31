#include "csv/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "json/utf8.h"

namespace connector::csv {
namespace {

/// Whose files are read: a person is told of what is wrong, of a stranger's as much is taken as has a meaning.
enum class Strictness { own, foreign };
constexpr std::size_t kMostForeignRows = 1'000'000;

/// Splits text into rows of cells; knows nothing of headers.
class RowReader {
 public:
  RowReader(std::string_view text, Strictness strictness) : rest_(text), strictness_(strictness) {}

  /// The next row's cells, or what is wrong with it; nullopt at the end.
  std::optional<tl::expected<std::vector<std::string>, std::string>> next() {
    if (rest_.empty()) return std::nullopt;
    std::vector<std::string> cells;
    while (true) {
      std::string cell;
      const std::string problem = rest_.starts_with('"') ? quoted(cell) : plain(cell);
      if (!problem.empty()) {
        skip_line();
        return tl::unexpected<std::string>(problem);
      }
      cells.push_back(std::move(cell));
      if (rest_.starts_with(',')) {
        rest_.remove_prefix(1);
        continue;
      }
      end_line();
      return cells;
    }
  }

 private:
  std::string quoted(std::string& cell) {
    rest_.remove_prefix(1);
    while (true) {
      const auto quote = rest_.find('"');
      if (quote == std::string_view::npos) return "a quoted cell is not closed: add the missing quote";
      cell += rest_.substr(0, quote);
      rest_.remove_prefix(quote + 1);
      if (!rest_.starts_with('"')) break;
      cell += '"';
      rest_.remove_prefix(1);
    }
    if (!rest_.empty() && rest_.find_first_of(",\r\n") != 0) {
      if (strictness_ == Strictness::foreign) return rest_of_cell(cell);
      return "text follows a closing quote: double the quotes inside a quoted cell";
    }
    return "";
  }

  std::string rest_of_cell(std::string& cell) {
    const auto end = std::min(rest_.find_first_of(",\r\n"), rest_.size());
    cell += rest_.substr(0, end);
    rest_.remove_prefix(end);
    return "";
  }

  std::string plain(std::string& cell) {
    if (strictness_ == Strictness::foreign) return rest_of_cell(cell);
    const auto end = std::min(rest_.find_first_of(",\r\n\""), rest_.size());
    cell = rest_.substr(0, end);
    rest_.remove_prefix(end);
    if (rest_.starts_with('"')) return "a quote inside an unquoted cell: put the cell in quotes and double the quote";
    return "";
  }

  void end_line() {
    if (rest_.starts_with("\r\n")) {
      rest_.remove_prefix(2);
    } else if (!rest_.empty()) {
      rest_.remove_prefix(1);
    }
  }

  void skip_line() {
    rest_.remove_prefix(std::min(rest_.find_first_of("\r\n"), rest_.size()));
    end_line();
  }

  std::string_view rest_;
  Strictness strictness_;
};

bool is_empty_row(const std::vector<std::string>& cells) { return cells.size() == 1 && cells.front().empty(); }

/// For each wanted column its place in the file.
struct Header {
  std::size_t width = 0;
  std::vector<std::optional<std::size_t>> places;
  std::vector<BadRow> bad_rows;
};

Header read_header(std::size_t row, const std::vector<std::string>& names, const std::vector<std::string>& required,
                   const std::vector<std::string>& optional, Strictness strictness) {
  Header header;
  header.width = names.size();
  std::vector<std::string> wanted = required;
  wanted.insert(wanted.end(), optional.begin(), optional.end());
  header.places.resize(wanted.size());
  const auto refuse = [&](const std::string& column, std::string message) {
    header.bad_rows.push_back({row, column, std::move(message)});
  };
  if (names.size() == 1 && names.front().find(';') != std::string::npos) {
    refuse("", "the file is separated by semicolons: save it as CSV separated by commas");
    return header;
  }
  for (std::size_t place = 0; place < names.size(); ++place) {
    const auto found = std::find(wanted.begin(), wanted.end(), names[place]);
    if (found == wanted.end()) {
      if (strictness == Strictness::foreign) continue;
      refuse(names[place],
             fmt::format("unknown column \"{}\": the columns are {}", names[place], fmt::join(wanted, ",")));
      continue;
    }
    auto& known = header.places[static_cast<std::size_t>(found - wanted.begin())];
    if (known) refuse(names[place], fmt::format("column \"{}\" occurs twice: remove one", names[place]));
    known = place;
  }
  for (std::size_t index = 0; index < required.size(); ++index) {
    if (!header.places[index])
      refuse(required[index], fmt::format("the header row has no column \"{}\": add it", required[index]));
  }
  return header;
}

/// Whether the cells that are asked for can be read: of a person's file all.
bool is_readable(const std::vector<std::string>& cells, const std::optional<Header>& header, Strictness strictness) {
  if (strictness == Strictness::own || !header) return std::all_of(cells.begin(), cells.end(), json::is_plain_utf8);
  return std::all_of(header->places.begin(), header->places.end(), [&cells](const auto& place) {
    return !place || *place >= cells.size() || json::is_plain_utf8(cells[*place]);
  });
}

/// What is wrong with the number of cells; empty if nothing is.
std::string width_problem(std::size_t cells, const Header& header, Strictness strictness) {
  if (cells == header.width || (strictness == Strictness::foreign && cells < header.width)) return "";
  return fmt::format(
      "the row has {} cells but the header has {}: add or remove commas, or quote cells with commas in them", cells,
      header.width);
}

Record record_of(std::size_t row, std::vector<std::string>& cells, const Header& header) {
  Record record{row, {}};
  for (const auto& place : header.places) {
    record.cells.push_back(place && *place < cells.size() ? std::move(cells[*place]) : std::string());
  }
  return record;
}

File read_rows(std::string_view text, const std::vector<std::string>& required,
               const std::vector<std::string>& optional, Strictness strictness) {
  File file;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  RowReader reader(text, strictness);
  std::optional<Header> header;
  std::size_t row = 0;
  const auto refuse = [&file, &row](std::string message) { file.bad_rows.push_back({row, "", std::move(message)}); };
  while (auto cells = reader.next()) {
    const bool is_over = strictness == Strictness::foreign && (row == kMostForeignRows || !file.bad_rows.empty());
    ++row;
    if (is_over) {
      if (file.bad_rows.empty()) refuse(fmt::format("the file has more than {} rows", kMostForeignRows));
      return file;
    }
    if (!*cells) {
      refuse(cells->error());
      if (!header) return file;
      continue;
    }
    if (is_empty_row(**cells)) continue;
    const bool readable = is_readable(**cells, header, strictness);
    if (!readable) refuse("the row is not UTF-8 text: save the file as UTF-8");
    if (!header) {
      if (!readable) return file;
      header = read_header(row, **cells, required, optional, strictness);
      if (!header->bad_rows.empty()) {
        file.bad_rows = std::move(header->bad_rows);
        return file;
      }
      continue;
    }
    if (!readable) continue;
    if (std::string problem = width_problem((*cells)->size(), *header, strictness); !problem.empty()) {
      refuse(std::move(problem));
      continue;
    }
    file.records.push_back(record_of(row, **cells, *header));
  }
  if (!header) {
    file.bad_rows.push_back({1, "",
                             fmt::format("the file is empty: its first row must be {}{}{}", fmt::join(required, ","),
                                         optional.empty() ? "" : ",", fmt::join(optional, ","))});
  }
  return file;
}

}  // namespace

std::string to_string(const BadRow& bad) {
  const std::string column = bad.column.empty() ? "" : "column " + bad.column;
  const std::string row = bad.row == 0 ? "" : fmt::format("row {}{}", bad.row, column.empty() ? "" : ", ");
  return fmt::format("{}{}{}{}", row, column, row.empty() && column.empty() ? "" : ": ", bad.message);
}

File read_file(std::string_view text, const std::vector<std::string>& required,
               const std::vector<std::string>& optional) {
  return read_rows(text, required, optional, Strictness::own);
}

File read_foreign_file(std::string_view text, const std::vector<std::string>& required,
                       const std::vector<std::string>& optional) {
  return read_rows(text, required, optional, Strictness::foreign);
}

std::string write_row(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& cell : cells) {
    if (&cell != &cells.front()) line += ',';
    const bool blank_at_end = !cell.empty() && (cell.front() == ' ' || cell.back() == ' ');
    // A row of one empty cell would read as an empty row.
    const bool alone = cell.empty() && cells.size() == 1;
    if (!blank_at_end && !alone && cell.find_first_of(",\"\r\n") == std::string::npos) {
      line += cell;
      continue;
    }
    line += '"';
    for (const char character : cell) {
      if (character == '"') line += '"';
      line += character;
    }
    line += '"';
  }
  return line + "\r\n";
}

}  // namespace connector::csv
