using System.Globalization;
using System.IO.Compression;
using LegalAid.Gateway.Casework.Faults;
using MiniExcelLibs;

namespace LegalAid.Gateway.Casework.Duty.Files;

/// <summary>Kinds of file in which rosters travel.</summary>
public enum RosterFileKind
{
    /// <summary>An Excel workbook of one sheet.</summary>
    Xlsx,

    /// <summary>UTF-8, commas, quotes where they are needed.</summary>
    Csv,
}

/// <summary>What came of reading a file: its rows, or every fault of it.</summary>
public sealed record RosterFileReading(EquatableList<RosterRow> Rows, EquatableList<Fault> Faults);

/// <summary>
/// Rosters as files (值班表的 Excel、CSV 导入与导出). What is written reads back equal, field by field; every cell is a text, so that no locale turns a date round, and none is ever
/// a formula. Read is also what people made of it: real dates and times, columns in another order, blank rows.
/// </summary>
public static class RosterFile
{
    /// <summary>A month of a large city has some 1,400 places.</summary>
    public const int RowsMax = 5_000;

    public const int FileBytesMax = 5 << 20;

    private const int UnpackedBytesMax = 50 << 20, EntriesMax = 100, FaultsMax = 100;

    public static byte[] Write(IEnumerable<RosterRow> rows, RosterFileKind kind)
    {
        var cells = rows.Select(Cells).Select(row => RosterColumns.All.Zip(row).ToDictionary(pair => pair.First, pair => (object)SafeCell.Write(pair.Second))).ToList();
        if (cells.Count == 0)
        {
            cells.Add(RosterColumns.All.ToDictionary(column => column, _ => (object)"")); // the header is a template; a blank row says nothing
        }

        using var file = new MemoryStream();
        file.SaveAs(cells, sheetName: "值班表", excelType: kind == RosterFileKind.Xlsx ? ExcelType.XLSX : ExcelType.CSV);
        return file.ToArray();
    }

    public static RosterFileReading Read(ReadOnlyMemory<byte> file, RosterFileKind kind)
    {
        if (file.Length is 0 or > FileBytesMax)
        {
            return Unreadable();
        }

        try
        {
            using var stream = new MemoryStream(file.ToArray(), writable: false);
            if (kind == RosterFileKind.Xlsx && !MayUnpack(stream))
            {
                return Unreadable();
            }

            var sheet = stream.Query(useHeaderRow: false, excelType: kind == RosterFileKind.Xlsx ? ExcelType.XLSX : ExcelType.CSV)
                .Cast<IDictionary<string, object?>>().Take(RowsMax + 2).Select(row => row.Values.ToArray()).ToList();
            return ReadSheet(sheet);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A file from outside, read by a library that promises no kind of exception for a broken one: whatever it throws, the file is not readable.
            return Unreadable();
        }
    }

    private static string[] Cells(RosterRow row) =>
    [
        row.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Time(row.Start), Time(row.End), row.Station.Value, row.StationName, row.Shift.Value,
        row.Slot.ToString(CultureInfo.InvariantCulture), RosterColumns.NameOf(row.Mode), row.Lawyer?.Value ?? "", row.LawyerName, row.Remarks,
    ];

    private static string Time(TimeOnly time) => time.ToString(time.Second == 0 ? "HH:mm" : "HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>By what the archive says of itself; the bound on rows ends what lies.</summary>
    private static bool MayUnpack(Stream stream)
    {
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true))
        {
            if (archive.Entries.Count > EntriesMax || archive.Entries.Sum(entry => entry.Length) > UnpackedBytesMax)
            {
                return false;
            }
        }

        stream.Position = 0;
        return true;
    }

    private static RosterFileReading ReadSheet(List<object?[]> sheet)
    {
        if (sheet.Count > RowsMax + 1)
        {
            return new RosterFileReading([], [Fault.With(RosterFileFaults.TooManyRows, "", $"{RowsMax}")]);
        }

        var header = (sheet.FirstOrDefault() ?? []).Select(RosterRowReader.Text).ToArray();
        var places = RosterColumns.All.Select(column => Array.FindIndex(header, name => RosterColumns.IsCalled(column, name))).ToArray();
        var faults = RosterColumns.All.Zip(places).Where(column => column.Second < 0).Select(column => Fault.With(RosterFileFaults.ColumnMissing, "", column.First)).ToList();
        return faults.Count > 0 ? new RosterFileReading([], [.. faults]) : ReadRows(sheet, places);
    }

    private static RosterFileReading ReadRows(List<object?[]> sheet, int[] places)
    {
        var (rows, faults, taken) = (new List<RosterRow>(), new List<Fault>(), new HashSet<(ShiftId, int)>());
        for (var index = 1; index < sheet.Count && faults.Count < FaultsMax; index++)
        {
            var values = places.Select(place => place < sheet[index].Length ? sheet[index][place] : null).ToArray();
            if (values.All(value => RosterRowReader.Text(value).Length == 0))
            {
                continue;
            }

            var number = (index + 1).ToString(CultureInfo.InvariantCulture);
            var reader = new RosterRowReader(values, number);
            var row = reader.Read();
            faults.AddRange(reader.Faults);
            if (row is not null && !taken.Add((row.Shift, row.Slot)))
            {
                faults.Add(Fault.With(RosterFileFaults.PlaceTwice, "", number));
            }

            rows.AddRange(row is null ? [] : [row]);
        }

        return new RosterFileReading(faults.Count > 0 ? [] : [.. rows], [.. faults]);
    }

    private static RosterFileReading Unreadable() => new([], [new Fault(RosterFileFaults.Unreadable)]);
}
