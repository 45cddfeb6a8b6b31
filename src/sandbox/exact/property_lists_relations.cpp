#include "sandbox/exact/property_lists.h"

namespace connector::sandbox::exact::property_lists {

const char* const crm_accounts =
    "ID:g:KPU Accountant:g:PU AccountManager:g:PU AccountManagerFullName:s AccountManagerHID:i "
    "ActivitySector:g:PU ActivitySubSector:g:PU AddressLine1:s:PU AddressLine2:s:PU AddressLine3:s:PU "
    "BankAccounts:c Blocked:b:PU BRIN:g BSN:s:PU BusinessType:g:PU CanDropShip:b:PU ChamberOfCommerce:s:PU "
    "City:s:PU Classification:s Classification1:g:PU Classification2:g:PU Classification3:g:PU "
    "Classification4:g:PU Classification5:g:PU Classification6:g:PU Classification7:g:PU Classification8:g:PU "
    "ClassificationDescription:s Code:s:PU CodeAtSupplier:s:PU CompanySize:g:PU ConsolidationScenario:y:PU "
    "ControlledDate:t:PU Costcenter:s CostcenterDescription:s CostPaid:y Country:s:PU CountryName:s Created:t "
    "Creator:g CreatorFullName:s CreditLinePurchase:d:PU CreditLineSales:d:PU Currency:s CustomerSince:t "
    "DatevCreditorCode:s:PU DatevDebtorCode:s:PU DeliveryAdvice:y:PU DiscountPurchase:d:PU DiscountSales:d:PU "
    "Division:i Document:g DunsNumber:s Email:s:PU EndDate:t:PU EstablishedDate:t:PU Fax:s:PU "
    "GLAccountPurchase:g:PU GLAccountSales:g:PU GLAP:g:PU GLAR:g:PU GlnNumber:s:PU HasWithholdingTaxSales:b:PU "
    "IgnoreDatevWarningMessage:b:PU IncotermAddressPurchase:s:PU IncotermAddressSales:s:PU "
    "IncotermCodePurchase:s:PU IncotermCodeSales:s:PU IncotermVersionPurchase:h:PU IncotermVersionSales:h:PU "
    "IntraStatArea:s:PU IntraStatDeliveryTerm:s:PU IntraStatSystem:s:PU IntraStatTransactionA:s:PU "
    "IntraStatTransactionB:s:PU IntraStatTransportMethod:s:PU InvoiceAccount:g:PU InvoiceAccountCode:s "
    "InvoiceAccountName:s InvoiceAttachmentType:i:PU InvoicingMethod:i:PU IsAccountant:y:PU IsAgency:y:PU "
    "IsAnonymised:y IsBank:b IsCompetitor:y:PU IsExtraDuty:b:PU IsMailing:y:PU IsMember:b IsPilot:b:PU "
    "IsPurchase:b IsReseller:b:PU IsSales:b IsSupplier:b:PU Language:s:PU LanguageDescription:s Latitude:d:PU "
    "LeadPurpose:g:PU LeadSource:g:PU Logo:x:PU LogoFileName:s:PU LogoThumbnailUrl:s LogoUrl:s Longitude:d:PU "
    "MainContact:g:PU Modified:t Modifier:g ModifierFullName:s Name:s:PU OINNumber:s:PU Parent:g:PU "
    "PayAsYouEarn:s:PU PaymentConditionPurchase:s:PU PaymentConditionPurchaseDescription:s "
    "PaymentConditionSales:s:PU PaymentConditionSalesDescription:s Phone:s:PU PhoneExtension:s:PU Postcode:s:PU "
    "PriceList:g:PU PurchaseCurrency:s:PU PurchaseCurrencyDescription:s PurchaseLeadDays:i:PU "
    "PurchaseVATCode:s:PU PurchaseVATCodeDescription:s RecepientOfCommissions:b:PU Remarks:s:PU Reseller:g:PU "
    "ResellerCode:s ResellerName:s RSIN:s:PU SalesCurrency:s:PU SalesCurrencyDescription:s SalesTaxSchedule:g:PU "
    "SalesTaxScheduleCode:s SalesTaxScheduleDescription:s SalesVATCode:s:PU SalesVATCodeDescription:s "
    "SearchCode:s:PU SecurityLevel:i:PU SeparateInvPerProject:y:PU SeparateInvPerSubscription:y:PU "
    "ShippingLeadDays:i:PU ShippingMethod:g:PU ShowRemarkForSales:b:PU StartDate:t:PU State:s:PU StateName:s "
    "Status:s:PU StatusSince:t TradeName:s:PU Type:s UniqueTaxpayerReference:s:PU VATLiability:s:PU "
    "VATNumber:s:PU Website:s:PU AutomaticProcessProposedEntry:i CustomField:s EnableSalesPaymentLink:b "
    "EORINumber:s PeppolIdentifier:s PeppolIdentifierType:i";

const char* const crm_addresses =
    "ID:g:KPU Account:g:PU AccountIsSupplier:b AccountName:s AddressLine1:s:PU AddressLine2:s:PU "
    "AddressLine3:s:PU City:s:PU Contact:g:PU ContactName:s Country:s:PU CountryName:s Created:t Creator:g "
    "CreatorFullName:s Division:i Fax:s:PU FreeBoolField_01:b:PU FreeBoolField_02:b:PU FreeBoolField_03:b:PU "
    "FreeBoolField_04:b:PU FreeBoolField_05:b:PU FreeDateField_01:t:PU FreeDateField_02:t:PU "
    "FreeDateField_03:t:PU FreeDateField_04:t:PU FreeDateField_05:t:PU FreeNumberField_01:d:PU "
    "FreeNumberField_02:d:PU FreeNumberField_03:d:PU FreeNumberField_04:d:PU FreeNumberField_05:d:PU "
    "FreeTextField_01:s:PU FreeTextField_02:s:PU FreeTextField_03:s:PU FreeTextField_04:s:PU "
    "FreeTextField_05:s:PU Mailbox:s:PU Main:b:PU Modified:t Modifier:g ModifierFullName:s NicNumber:s:PU "
    "Notes:s:PU Phone:s:PU PhoneExtension:s:PU Postcode:s:PU State:s:PU StateDescription:s Type:h:PU "
    "Warehouse:g:PU WarehouseCode:s WarehouseDescription:s CustomField:s";

const char* const system_divisions =
    "Code:i:KPU AddressLine1:s:PU AddressLine2:s:PU AddressLine3:s:PU ArchiveDate:t:PU BlockingStatus:i:PU "
    "BusinessTypeCode:s:PU BusinessTypeDescription:s:PU ChamberOfCommerceEstablishment:s:PU "
    "ChamberOfCommerceNumber:s:PU City:s:PU Class_01:o:PU Class_02:o:PU Class_03:o:PU Class_04:o:PU "
    "Class_05:o:PU CompanySizeCode:s:PU CompanySizeDescription:s:PU Country:s:PU Created:t Creator:g "
    "CreatorFullName:s Currency:s:PU Current:b:PU Customer:g:PU CustomerCode:s:PU CustomerName:s:PU "
    "DatevAccountantNumber:s:PU DatevClientNumber:s:PU Description:s:PU DivisionMoveDate:t:PU Email:s:PU "
    "Fax:s:PU Hid:l:PU IsDossierDivision:b:PU IsMainDivision:b:PU IsPracticeDivision:b:PU Legislation:s "
    "Modified:t Modifier:g ModifierFullName:s OBNumber:s:PU Phone:s:PU Postcode:s:PU SbiCode:s:PU "
    "SbiDescription:s:PU SectorCode:s:PU SectorDescription:s:PU ShareCapital:d:PU SiretNumber:s:PU "
    "StartDate:t:PU State:s:PU Status:i:PU SubsectorCode:s:PU SubsectorDescription:s:PU TaxOfficeNumber:s:PU "
    "TaxReferenceNumber:s:PU TemplateCode:s:PU VATNumber:s:PU Website:s:PU DivisionHRLinkUnlinkDate:s "
    "IsHRDivision:b";

const char* const current_me =
    "UserID:g:KPU AccountingDivision:i:PU CurrentDivision:i:PU CustomerCode:s:PU DivisionCustomer:g:PU "
    "DivisionCustomerCode:s:PU DivisionCustomerName:s:PU DivisionCustomerSiretNumber:s:PU "
    "DivisionCustomerVatNumber:s:PU DossierDivision:i:PU Email:s:PU EmployeeID:g:PU FirstName:s:PU FullName:s:PU "
    "Gender:s:PU Initials:s:PU IsClientUser:b:PU IsMyFirmPortalUser:b:PU Language:s:PU LanguageCode:s:PU "
    "LastName:s:PU Legislation:l:PU MiddleName:s:PU Mobile:s:PU Nationality:s:PU Phone:s:PU PhoneExtension:s:PU "
    "PictureUrl:s:PU ServerTime:s:PU ServerUtcOffset:d:PU ThumbnailPicture:x:PU ThumbnailPictureFormat:s:PU "
    "Title:s:PU UserName:s:PU IsEmployeeSelfServiceUser:b IsMyFirmLiteUser:b IsOEIMigrationMandatory:b "
    "IsStarterUser:b PackageCode:s";

const char* const sync_deleted =
    "Timestamp:l:PU DeletedBy:g:PU DeletedDate:t:PU Division:i EntityKey:g:PU EntityType:i:PU ID:g:KPU";

const char* const webhooks_webhooksubscriptions =
    "ID:g:KPU CallbackURL:s:PU ClientID:g Created:t Creator:g CreatorFullName:s Description:s Division:i "
    "Topic:s:PU IsInstant:b:P UserID:g";

const char* const crm_contacts =
    "ID:g:KPU Account:g:P AccountIsCustomer:b AccountIsSupplier:b AccountMainContact:g AccountName:s AddressLine2:s "
    "AddressStreet:s AddressStreetNumber:s AddressStreetNumberSuffix:s AllowMailing:i BirthDate:t:PU BirthName:s:PU "
    "BirthNamePrefix:s:PU BirthPlace:s:PU BusinessEmail:s:PU BusinessFax:s:PU BusinessMobile:s:PU "
    "BusinessPhone:s:PU BusinessPhoneExtension:s:PU City:s Code:s Country:s Created:t Creator:g CreatorFullName:s "
    "Division:i Email:s:PU EndDate:t:PU FirstName:s:PU FullName:s Gender:s:PU HID:i:PU IdentificationDate:t:PU "
    "IdentificationDocument:g:PU IdentificationUser:g:PU Initials:s:PU IsAnonymised:y IsMailingExcluded:b:PU "
    "IsMainContact:b JobTitleDescription:s:PU Language:s:PU LastName:s:PU LeadPurpose:g:PU LeadSource:g:PU "
    "MarketingNotes:s:PU MiddleName:s:PU Mobile:s:PU Modified:t Modifier:g ModifierFullName:s Nationality:s:PU "
    "Notes:s:PU PartnerName:s PartnerNamePrefix:s Person:g:PU Phone:s:PU PhoneExtension:s Picture:x:PU "
    "PictureName:s:PU PictureThumbnailUrl:s PictureUrl:s Postcode:s SocialSecurityNumber:s:PU StartDate:t:PU "
    "State:s Title:s:PU";

const char* const crm_bankaccounts =
    "ID:g:K Account:g AccountName:s Bank:g BankAccount:s BankAccountHolderName:s BankDescription:s BankName:s "
    "BICCode:s Created:t Creator:g CreatorFullName:s Description:s Division:i Format:s IBAN:s Main:b Modified:t "
    "Modifier:g ModifierFullName:s PaymentServiceAccount:g Type:s TypeDescription:s";

// Only what the sources name; the reference page of Users is not among them.
const char* const system_users = "UserID:g:K Email:s FirstName:s FullName:s Language:s LastName:s UserName:s";

}  // namespace connector::sandbox::exact::property_lists
