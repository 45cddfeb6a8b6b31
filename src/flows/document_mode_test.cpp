#include "flows/document_mode.h"

#include <gtest/gtest.h>

namespace connector::flows {
namespace document_mode_test {

using domain::DocumentMode;
using exact::Edition;

TEST(DocumentMode, FollowsTheEdition) {
  EXPECT_EQ(default_document_mode(Edition{true, true, true}), DocumentMode::sales_order_and_invoice);
  EXPECT_EQ(default_document_mode(Edition{true, true, false}), DocumentMode::sales_order_and_invoice);
  EXPECT_EQ(default_document_mode(Edition{false, false, false}), DocumentMode::invoice_only);
  EXPECT_EQ(default_document_mode(Edition{}), std::nullopt) << "what is unknown decides nothing";
}

TEST(DocumentMode, WhatTheEditionLacksIsRefusedAndWhatIsUnknownIsNot) {
  const Edition invoicing{false, false, false};
  EXPECT_NE(mode_refusal(DocumentMode::sales_order_and_invoice, invoicing), "");
  EXPECT_NE(mode_refusal(DocumentMode::direct_invoice, invoicing), "");
  EXPECT_EQ(mode_refusal(DocumentMode::invoice_only, invoicing), "");
  EXPECT_EQ(mode_refusal(DocumentMode::daily_summary, invoicing), "");
  EXPECT_NE(mode_refusal(DocumentMode::direct_invoice, Edition{true, true, false}), "");
  EXPECT_EQ(mode_refusal(DocumentMode::sales_order_and_invoice, Edition{true, true, false}), "");
  EXPECT_EQ(mode_refusal(DocumentMode::direct_invoice, Edition{}), "");
  EXPECT_EQ(describe(Edition{true, false, std::nullopt}),
            "sales orders: yes, warehouses: no, direct invoices: unknown");
  const Edition hidden{std::nullopt, true, std::nullopt, true};
  EXPECT_EQ(default_document_mode(hidden), std::nullopt) << "the app's scopes say nothing of the edition";
  EXPECT_EQ(mode_refusal(DocumentMode::sales_order_and_invoice, hidden), "");
  EXPECT_NE(describe(hidden).find("lacks a scope"), std::string::npos);
}

}  // namespace document_mode_test
}  // namespace connector::flows
