#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <array>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sandbox/walmart/marketplace_fixture.h"

namespace connector::sandbox::walmart {

/// Cells by the names of their columns.
using CsvRow = std::map<std::string, std::string>;

/// The names and contents of the files in a ZIP archive; empty when it cannot be read to its end.
inline std::map<std::string, std::string> unpacked(const std::string& bytes) {
  std::map<std::string, std::string> files;
  const std::unique_ptr<archive, int (*)(archive*)> reader(archive_read_new(), archive_read_free);
  archive_read_support_format_zip_seekable(reader.get());
  if (archive_read_open_memory(reader.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) return {};
  archive_entry* entry = nullptr;
  int status = ARCHIVE_OK;
  while ((status = archive_read_next_header(reader.get(), &entry)) == ARCHIVE_OK) {
    std::string& content = files[archive_entry_pathname(entry)];
    std::array<char, 4096> part{};
    la_ssize_t size = 0;
    while ((size = archive_read_data(reader.get(), part.data(), part.size())) > 0) {
      content.append(part.data(), static_cast<std::size_t>(size));
    }
    if (size < 0) return {};
  }
  return status == ARCHIVE_EOF ? files : std::map<std::string, std::string>{};
}

/// RFC 4180, every line ended by CR LF.
inline std::vector<std::vector<std::string>> csv_lines(const std::string& text) {
  std::vector<std::vector<std::string>> lines;
  std::vector<std::string> cells(1);
  bool is_quoted = false;
  for (std::size_t index = 0; index < text.size(); ++index) {
    const char letter = text[index];
    if (is_quoted && letter == '"' && text[index + 1] == '"') {
      cells.back() += text[++index];
    } else if (letter == '"') {
      is_quoted = !is_quoted;
    } else if (!is_quoted && letter == ',') {
      cells.emplace_back();
    } else if (!is_quoted && letter == '\r') {
      EXPECT_EQ(text[++index], '\n');
      lines.push_back(std::exchange(cells, std::vector<std::string>(1)));
    } else {
      cells.back() += letter;
    }
  }
  EXPECT_EQ(cells, std::vector<std::string>(1));
  return lines;
}

/// The cell "Amount".
inline domain::Decimal amount(const CsvRow& row) { return *domain::Decimal::parse(row.at("Amount")); }

/// Of the rows with these words, of one purchase order or of all.
inline domain::Decimal sum_of(const std::vector<CsvRow>& rows, const std::string& type, const std::string& amount_type,
                              const std::string& order = "") {
  domain::Decimal sum;
  for (const CsvRow& row : rows) {
    if (row.at("Transaction Type") != type || row.at("Amount Type") != amount_type) continue;
    if (order.empty() || row.at("Purchase Order #") == order) sum += amount(row);
  }
  return sum;
}

/// For tests: a marketplace whose settlements are fetched and read as a client does.
class SettlementsFixture : public MarketplaceFixture {
 protected:
  const std::string path_ = "/v3/report/reconreport/";

  void start_with(OrderGenerator generator) {
    Config config;
    config.generators = {std::move(generator)};
    start(std::move(config));
  }
  void pass(domain::Milliseconds time) {
    now_ += time;
    market_->advance(now_);
    sign_in();
  }
  std::vector<std::string> dates() {
    std::vector<std::string> all;
    const Reply reply = get(path_ + "availableReconFiles?reportVersion=v1");
    EXPECT_EQ(reply.status, 200);
    EXPECT_TRUE(reply.body["availableApReportDates"].is_array());
    for (const json::Value& date : reply.body["availableApReportDates"].array()) all.push_back(date.text_or(""));
    return all;
  }
  Reply report(const std::string& query, const std::string& accept = "application/octet-stream") {
    ports::ServerRequest request;
    request.method = "GET";
    request.target = path_ + "reconFile?" + query;
    request.headers = {{"WM_QOS.CORRELATION_ID", "c-1"}, {"WM_SVC.NAME", "x"}, {"WM_SEC.ACCESS_TOKEN", token_}};
    if (!accept.empty()) request.headers.emplace_back("Accept", accept);
    return exchange(request);
  }
  std::string file(const std::string& date) {
    const Reply reply = report("reportVersion=v1&reportDate=" + date);
    EXPECT_EQ(reply.status, 200);
    EXPECT_TRUE(reply.text.starts_with("PK"));
    return reply.text;
  }
  std::string csv(const std::string& date) {
    const auto files = unpacked(file(date));
    EXPECT_EQ(files.size(), 1U);
    return files.empty() ? "" : files.begin()->second;
  }
  /// The summary and then the rows.
  std::vector<CsvRow> rows(const std::string& date) {
    const auto lines = csv_lines(csv(date).substr(3));
    std::vector<CsvRow> all;
    for (std::size_t line = 2; line < lines.size(); ++line) {
      EXPECT_EQ(lines[line].size(), lines[0].size());
      CsvRow& row = all.emplace_back();
      for (std::size_t cell = 0; cell < lines[0].size(); ++cell) row[lines[0][cell]] = lines[line][cell];
    }
    return all;
  }
  /// The rows without the summary, whose total they add up to.
  std::vector<CsvRow> checked_rows(const std::string& date) {
    auto all = rows(date);
    if (all.empty()) return all;
    domain::Decimal sum;
    domain::Decimal tax;
    for (std::size_t row = 1; row < all.size(); ++row) {
      sum += amount(all[row]);
      if (all[row]["Amount Type"].find("tax") != std::string::npos) tax += amount(all[row]);
    }
    EXPECT_EQ(all[0]["Total Payable"], sum.to_fixed(2)) << date;
    EXPECT_TRUE(tax.is_zero()) << date;
    all.erase(all.begin());
    return all;
  }
  void drive(const std::string& id, const std::string& action) {
    const Reply reply =
        post("/sandbox/walmart/orders", R"({"purchaseOrderId":")" + id + R"(","action":")" + action + R"("})");
    EXPECT_GT(reply.body["changedLines"].integer().value_or(0), 0) << action;
  }
  /// A return of the whole order that waits for calls; its id.
  std::string open_return_of(const std::string& id) {
    drive(id, "return");
    ReturnOrder& made = market_->seller().returns.at(market_->seller().returns.all().size() - 1);
    made.is_keep_it = made.is_replacement = false;
    made.will_be_cancelled = true;
    return made.id;
  }
  void drive_return(const std::string& id, const std::string& action) {
    const Reply reply =
        post("/sandbox/walmart/orders", R"({"returnOrderId":")" + id + R"(","action":")" + action + R"("})");
    EXPECT_GT(reply.body["units"].integer().value_or(0), 0) << action;
  }
  domain::Decimal book(const std::string& id, const std::string& side, const std::string& kind) {
    domain::Decimal sum;
    const json::Value books = books_of(id);
    for (const json::Value& line : books["lines"].array()) sum += *line[side][kind].decimal();
    return sum;
  }
};

}  // namespace connector::sandbox::walmart
