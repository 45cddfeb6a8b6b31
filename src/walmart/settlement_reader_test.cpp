#include "walmart/settlement_reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "walmart/settlement_archive.h"

namespace connector::walmart {
namespace {

using domain::Cause;
using domain::Decimal;
using ::testing::HasSubstr;

const domain::Date kPayout = *domain::parse_date("2026-07-28");

const std::string kFile =
    "\xEF\xBB\xBF"
    "Period Start Date,Period End Date,Total Payable,Currency,Transaction Type,Transaction Description,"
    "Purchase Order #,Purchase Order line #,Amount,Amount Type,Partner Item Name\r\n"
    "Number of Lines in file 4\r\n"
    "07/11/2026,07/25/2026,81.55,USD,PaymentSummary,Deposited in XXX account,,,,,\r\n"
    ",,,,Sale,Purchase,1796277083022,1,100.00,Product Price,\"Lamp, 40\"\" tall\"\r\n"
    ",,,,Sale,Purchase,1796277083022,1,-15.00,Commission on Product,Lamp\r\n"
    ",,,,Service Fee,\"\"\"WFS Return  Shipping fee\"\" \",,,-3.45,WFS Fee/Reimbursement,\r\n"
    "\r\n";

std::string replaced(std::string_view part, std::string_view with) {
  std::string text = kFile;
  text.replace(text.find(part), part.size(), with);
  return text;
}

std::string refusal(const std::string& text) {
  const auto read = read_settlement(text, kPayout);
  EXPECT_FALSE(read) << text;
  if (read) return "";
  EXPECT_EQ(read.error().cause, Cause::unexpected_source_data);
  return read.error().message;
}

TEST(SettlementReader, ReadsTheSummaryAndEveryAmount) {
  const auto read = read_settlement(kFile, kPayout);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->payout_date, kPayout);
  EXPECT_EQ(read->period_start, *domain::parse_date("2026-07-11"));
  EXPECT_EQ(read->period_end, *domain::parse_date("2026-07-25"));
  EXPECT_EQ(read->total_payable, *Decimal::parse("81.55"));
  EXPECT_EQ(read->currency, "USD");
  ASSERT_EQ(read->amounts.size(), 3U);
  EXPECT_EQ(read->amounts[0], (domain::SettlementAmount{
                                  {"Sale", "Purchase", "Product Price"}, "1796277083022", Decimal::from_integer(100)}));
  // Stray quotes and blanks are no part of a description (walmart.md 7).
  EXPECT_EQ(read->amounts[2].item.description, "WFS Return Shipping fee");
  EXPECT_EQ(read->amounts[2].purchase_order_id, "");
}

TEST(SettlementReader, ReadsColumnsByName) {
  const auto read = read_settlement(
      "AMOUNT TYPE,amount,New Column,Transaction Type,Total Payable,Purchase Order #\n"
      ",,,PaymentSummary,1e1,\n"
      "Product Price,10,x,Sale,,5\n",
      kPayout);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->total_payable, Decimal::from_integer(10));
  EXPECT_EQ(read->currency, "");
  EXPECT_FALSE(read->period_end);
  EXPECT_EQ(read->amounts.front().purchase_order_id, "5");
}

TEST(SettlementReader, IsNotHinderedByTheNamesOfGoods) {
  for (const auto* name : {"Lamp 40\" tall", "Lampe \xE9t\xE9", "\"Lamp\" tall"}) {
    const auto read = read_settlement(replaced("Product,Lamp", std::string("Product,") + name), kPayout);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->amounts.size(), 3U);
  }
  const auto short_summary =
      read_settlement(replaced("Deposited in XXX account,,,,,", "Deposited in XXX account"), kPayout);
  ASSERT_TRUE(short_summary) << short_summary.error().message;
  EXPECT_EQ(short_summary->total_payable, *Decimal::parse("81.55"));
}

TEST(SettlementReader, SaysWhatItCannotRead) {
  EXPECT_THAT(refusal(replaced("-15.00", "fifteen")), HasSubstr("row 4, column Amount"));
  EXPECT_THAT(refusal(replaced("81.55", "much")), HasSubstr("column Total Payable"));
  EXPECT_THAT(refusal(replaced("Amount Type", "Kind")), HasSubstr("amount type"));
  EXPECT_THAT(refusal(replaced("PaymentSummary", "Sale")), HasSubstr("Amount"));
  EXPECT_THAT(refusal(kFile.substr(0, kFile.find("07/11"))), HasSubstr("no PaymentSummary"));
  EXPECT_THAT(refusal(kFile + ",,81.55,USD,PaymentSummary,,,,,,\n"), HasSubstr("more than one PaymentSummary"));
  EXPECT_THAT(refusal(replaced("100.00", "999999999999")), HasSubstr("absurdly large"));
  EXPECT_THAT(refusal(replaced("100.00", "9999999999999")), HasSubstr("column Amount"));
  EXPECT_THAT(refusal(""), HasSubstr("empty"));
}

struct ArchiveFile {
  std::string name;
  std::string content;
};

/// A ZIP archive as Walmart's, made by the library's own writer.
std::string packed(const std::vector<ArchiveFile>& files) {
  std::string bytes(1U << 20U, '\0');
  std::size_t used = 0;
  const std::unique_ptr<archive, int (*)(archive*)> out(archive_write_new(), archive_write_free);
  archive_write_set_format_zip(out.get());
  archive_write_open_memory(out.get(), bytes.data(), bytes.size(), &used);
  for (const auto& file : files) {
    const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(archive_entry_new(), archive_entry_free);
    archive_entry_set_pathname(entry.get(), file.name.c_str());
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(file.content.size()));
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_write_header(out.get(), entry.get());
    archive_write_data(out.get(), file.content.data(), file.content.size());
  }
  archive_write_close(out.get());
  bytes.resize(used);
  return bytes;
}

TEST(SettlementArchive, UnpacksTheOneFile) {
  const auto file = unpack_settlement(packed({{"recon.csv", kFile}}));
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(*file, kFile);
}

TEST(SettlementArchive, RefusesWhatIsDamaged) {
  const std::string sound = packed({{"recon.csv", kFile + std::string(100'000, 'x')}});
  for (std::size_t length = 0; length + 200 < sound.size(); length += 37) {
    const auto file = unpack_settlement(sound.substr(0, length));
    ASSERT_FALSE(file) << length;
    EXPECT_EQ(file.error().cause, Cause::malformed_response);
  }
  std::string changed = sound;
  changed[120] = static_cast<char>(changed[120] ^ 0x55);
  EXPECT_FALSE(unpack_settlement(changed));
  EXPECT_FALSE(unpack_settlement("PK"));
  EXPECT_FALSE(unpack_settlement(packed({})));
  EXPECT_THAT(unpack_settlement(packed({{"a.csv", "a"}, {"b.csv", "b"}})).error().message,
              HasSubstr("more than one file"));
}

}  // namespace
}  // namespace connector::walmart
