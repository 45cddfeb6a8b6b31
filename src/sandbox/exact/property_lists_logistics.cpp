#include "sandbox/exact/property_lists.h"

namespace connector::sandbox::exact::property_lists {

const char* const logistics_items =
    "ID:g:KPU AverageCost:d:P Barcode:s:PU Class_01:s:PU Class_02:s:PU Class_03:s:PU Class_04:s:PU Class_05:s:PU "
    "Class_06:s:PU Class_07:s:PU Class_08:s:PU Class_09:s:PU Class_10:s:PU Code:s:PU CopyRemarks:y:PU "
    "CostPriceCurrency:s:PU CostPriceNew:d:PU CostPriceStandard:d:P Created:t Creator:g CreatorFullName:s "
    "Description:s:PU Division:i EndDate:t:PU ExtraDescription:s:PU FreeBoolField_01:b:PU FreeBoolField_02:b:PU "
    "FreeBoolField_03:b:PU FreeBoolField_04:b:PU FreeBoolField_05:b:PU FreeDateField_01:t:PU "
    "FreeDateField_02:t:PU FreeDateField_03:t:PU FreeDateField_04:t:PU FreeDateField_05:t:PU "
    "FreeNumberField_01:d:PU FreeNumberField_02:d:PU FreeNumberField_03:d:PU FreeNumberField_04:d:PU "
    "FreeNumberField_05:d:PU FreeNumberField_06:d:PU FreeNumberField_07:d:PU FreeNumberField_08:d:PU "
    "FreeTextField_01:s:PU FreeTextField_02:s:PU FreeTextField_03:s:PU FreeTextField_04:s:PU "
    "FreeTextField_05:s:PU FreeTextField_06:s:PU FreeTextField_07:s:PU FreeTextField_08:s:PU "
    "FreeTextField_09:s:PU FreeTextField_10:s:PU GLCosts:g:PU GLCostsCode:s GLCostsDescription:s GLRevenue:g:PU "
    "GLRevenueCode:s GLRevenueDescription:s GLStock:g:PU GLStockCode:s GLStockDescription:s GrossWeight:d:PU "
    "IsBatchItem:y:PU IsBatchNumberItem:y:PU IsFractionAllowedItem:b:PU IsMakeItem:y:PU IsNewContract:y:PU "
    "IsOnDemandItem:y:PU IsPackageItem:b:PU IsPurchaseItem:b:PU IsRegistrationCodeItem:y:PU IsSalesItem:b:PU "
    "IsSerialItem:b:PU IsSerialNumberItem:b:PU IsStockItem:b:PU IsSubcontractedItem:b:PU IsTaxableItem:y:PU "
    "IsTime:y:PU IsWebshopItem:y:PU ItemGroup:g:PU ItemGroupCode:s ItemGroupDescription:s Modified:t Modifier:g "
    "ModifierFullName:s NetWeight:d:PU NetWeightUnit:s:PU Notes:s:PU PictureName:s PictureThumbnailUrl:s "
    "PictureUrl:s SalesVatCode:s:PU SalesVatCodeDescription:s SearchCode:s:PU SecurityLevel:i:PU "
    "StandardSalesPrice:d StartDate:t:PU StatisticalCode:s StatisticalNetWeight:d StatisticalUnits:d "
    "StatisticalValue:d Stock:d Unit:s:PU UnitDescription:s UnitType:s CustomField:s";

const char* const logistics_itemgroups =
    "ID:g:KPU Code:s:PU Created:t Creator:g CreatorFullName:s Description:s:PU Division:i GLCosts:g:PU "
    "GLCostsCode:s GLCostsDescription:s GLPurchaseAccount:g:PU GLPurchaseAccountCode:s "
    "GLPurchaseAccountDescription:s GLPurchasePriceDifference:g:PU GLPurchasePriceDifferenceCode:s "
    "GLPurchasePriceDifferenceDescr:s GLRevenue:g:PU GLRevenueCode:s GLRevenueDescription:s GLStock:g:PU "
    "GLStockCode:s GLStockDescription:s GLStockVariance:g:PU GLStockVarianceCode:s GLStockVarianceDescription:s "
    "IsDefault:y:PU Modified:t Modifier:g ModifierFullName:s Notes:s:PU";

const char* const logistics_units =
    "ID:g:KPU Active:b:PU Code:s:PU Description:s:PU Division:i Main:y:PU TimeUnit:s:PU Type:s:PU";

const char* const logistics_salesitemprices =
    "ID:g:KPU Account:g:PU AccountName:s Created:t Creator:g CreatorFullName:s Currency:s:PU DefaultItemUnit:s "
    "DefaultItemUnitDescription:s Division:i EndDate:t:PU Item:g:PU ItemCode:s ItemDescription:s Modified:t "
    "Modifier:g ModifierFullName:s NumberOfItemsPerUnit:d:PU Price:d:PU Quantity:d:PU StartDate:t:PU Unit:s:PU "
    "UnitDescription:s Barcode:s Employee:s Project:s ProjectDescription:s";

const char* const sales_shippingmethods =
    "ID:g:KPU Active:b:PU Code:s:PU Created:t Creator:g CreatorFullName:s Description:s:PU Division:i Modified:t "
    "Modifier:g ModifierFullName:s Notes:s:PU ShippingRatesURL:s:PU TrackingURL:s:PU Amount:d VATCode:s "
    "VATCodeDescription:s VATPercentage:d";

const char* const inventory_warehouses =
    "ID:g:KPU Code:s:PU Created:t Creator:g CreatorFullName:s DefaultStorageLocation:g "
    "DefaultStorageLocationCode:s DefaultStorageLocationDescription:s Description:s:PU Division:i EMail:s:PU "
    "Main:y:PU ManagerUser:g:PU Modified:t Modifier:g ModifierFullName:s UseStorageLocations:y:PU";

const char* const inventory_itemwarehouses =
    "ID:g:KPU CountingCycle:h:PU Created:t Creator:g CreatorFullName:s CurrentStock:d "
    "DefaultStorageLocation:g:PU DefaultStorageLocationCode:s DefaultStorageLocationDescription:s Division:i "
    "Item:g:P ItemBarcode:s ItemCode:s ItemDescription:s ItemEndDate:t ItemIsFractionAllowedItem:b "
    "ItemIsStockItem:b ItemStartDate:t ItemUnit:s ItemUnitDescription:s MaximumStock:d:PU Modified:t Modifier:g "
    "ModifierFullName:s NextCountingCycle:t OrderPolicy:h:PU Period:h:PU PlannedStockIn:d PlannedStockOut:d "
    "PlanningDetailsUrl:s ProjectedStock:d ReorderPoint:d:PU ReorderQuantity:d:PU ReplenishmentType:h:PU "
    "ReservedStock:d SafetyStock:d:PU StorageLocationUrl:s Warehouse:g:P WarehouseCode:s WarehouseDescription:s "
    "StorageLocationSequenceNumber:i";

const char* const inventory_stockcounts =
    "StockCountID:g:KPU CountedBy:g:PU Created:t Creator:g CreatorFullName:s Description:s:PU Division:i "
    "EntryNumber:i Modified:t Modifier:g ModifierFullName:s OffsetGLInventory:g:PU OffsetGLInventoryCode:s "
    "OffsetGLInventoryDescription:s Source:h Status:h:P StockCountDate:t:PU StockCountLines:c:PU "
    "StockCountNumber:i Warehouse:g:P WarehouseCode:s WarehouseDescription:s";

const char* const inventory_stockcountlines =
    "ID:g:KPU BatchNumbers:c:PU CostPrice:d CountedBy:g:PU Created:t Creator:g CreatorFullName:s Division:i "
    "Item:g:P ItemBarcode:s ItemCode:s ItemCostPrice:d ItemDescription:s ItemDivisable:b LineNumber:i Modified:t "
    "Modifier:g ModifierFullName:s QuantityDifference:d:PU QuantityInStock:d QuantityNew:d:PU ReasonCode:s:PU "
    "ReasonCodeDescription:s ReasonCodeID:g SerialNumbers:c:PU Source:h:PU Status:h:PU StockCountID:g:P "
    "StockKeepingUnit:s StorageLocation:g:P StorageLocationCode:s StorageLocationDescription:s Warehouse:g:PU "
    "StorageLocationSequenceNumber:i";

const char* const inventory_processstockcount =
    "StockCountID:g:KPU Division:i:PU ErrorMessage:s:PU SuccessMessage:s:PU";

const char* const sync_inventory_stockpositions =
    "Timestamp:l:PU CurrentStock:d:PU Division:i FreeStock:d:PU ID:g:PU ItemCode:s:PU ItemDescription:s:PU "
    "ItemId:g:PU PlanningIn:d:PU PlanningOut:d:PU ProjectedStock:d:PU ReorderPoint:d:PU ReservedStock:d:PU "
    "UnitCode:s:PU UnitDescription:s:PU Warehouse:g:PU WarehouseCode:s:PU WarehouseDescription:s:PU";

const char* const sync_inventory_itemwarehouses =
    "Timestamp:l:PU Created:t Creator:g CreatorFullName:s DefaultStorageLocation:g:PU "
    "DefaultStorageLocationCode:s DefaultStorageLocationDescription:s Division:i ID:g:PU Item:g:P ItemCode:s "
    "ItemDescription:s MaximumStock:d:PU Modified:t Modifier:g ModifierFullName:s OrderPolicy:h:PU Period:h:PU "
    "ReorderPoint:d:PU ReorderQuantity:d:PU ReplenishmentType:h:PU ReservedStock:d SafetyStock:d:PU "
    "Warehouse:g:P WarehouseCode:s WarehouseDescription:s CountingCycle:i StorageLocationSequenceNumber:i";

const char* const read_logistics_stockposition =
    "InStock:d:PU ItemId:g:PU PlanningIn:d:PU PlanningOut:d:PU FreeStock:d ProjectedStock:d ReservedStock:d";

const char* const logistics_reasoncodes =
    "ID:g:K Active:y Code:s Created:t Creator:g CreatorFullName:s Description:s Division:i Modified:t Modifier:g "
    "ModifierFullName:s Notes:s Types:c";

}  // namespace connector::sandbox::exact::property_lists
