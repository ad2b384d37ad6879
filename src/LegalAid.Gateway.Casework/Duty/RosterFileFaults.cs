using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Duty;

/// <summary>Why a roster's file is not read. Each names row and column as Excel counts them.</summary>
[FaultRows]
public static class RosterFileFaults
{
    public static readonly FaultCode Unreadable = Row("ROSTER_FILE_UNREADABLE",
        "文件不是可读的 Excel（xlsx）或 CSV 文件，或过大", "The file is no readable Excel (xlsx) or CSV file, or too large",
        "用导出的文件作模板重新填写", "Fill an exported file in anew");

    public static readonly FaultCode ColumnMissing = Row("ROSTER_COLUMN_MISSING",
        "缺少列“{0}”", "The column \"{0}\" is missing", "保留导出文件的表头", "Keep the header of the exported file");

    public static readonly FaultCode CellInvalid = Row("ROSTER_CELL_INVALID",
        "第 {0} 行“{1}”列的内容不对", "Row {0}, column \"{1}\" cannot be read", "日期写成 2026-03-04，时间写成 09:00，方式从导出文件的取值中选", "Write dates as 2026-03-04, times as 09:00, and a mode as exported");

    public static readonly FaultCode PlaceTwice = Row("ROSTER_PLACE_TWICE",
        "第 {0} 行与前面的行是同一班次的同一席位", "Row {0} is the same place of the same shift as a row before", "删除重复行或更正席位", "Remove one, or correct the place");

    public static readonly FaultCode TooManyRows = Row("ROSTER_TOO_MANY_ROWS",
        "超过 {0} 行", "More than {0} rows", "分月导入", "Import month by month");

    public static readonly FaultCode ShiftDiffers = Row("ROSTER_SHIFT_DIFFERS",
        "班次 {0} 的日期、时间、站点或方式与编排条件不一致", "Shift {0} has another day, time, station or mode than in the case",
        "在编排条件中改动班次，再导出、填写", "Change the shift in the case, and export anew");

    private static FaultCode Row(string code, string zh, string en, string remedyZh, string remedyEn) =>
        new(code, FaultKind.Invalid, FaultActor.CallerStaff, zh, en, remedyZh, remedyEn);
}
