using System.IO.Compression;
using System.Text;
using CsCheck;
using LegalAid.Gateway.Casework.Duty;
using LegalAid.Gateway.Casework.Duty.Files;
using MiniExcelLibs;

namespace LegalAid.Gateway.Casework.Tests.Duty;

/// <summary>Rosters as Excel and CSV files: they read back equal, are never formulas, and what people made of them is read or told by row and column.</summary>
public sealed class RosterFileTests
{
    private const string Header = "日期,开始,结束,站点,站点名称,班次,席位,方式,律师,律师姓名,备注";

    private static readonly string[] Awkward = ["", "虚构甲律师", "=1+1", "=HYPERLINK(\"http://x\",\"y\")", "+86 771", "-1", "@SUM(A1)", "'", "''", "'=1", "'虚构", "逗号，, and \"quotes\"", "a;b", "㐀𠀀", "＝1", "０", "1.0", "2026-03-04", "TRUE", "#REF!", "|cmd"];

    private static readonly Gen<string> Words = Gen.OneOf(
        Gen.Int[0, Awkward.Length - 1].Select(index => Awkward[index]),
        Gen.String[Gen.Char[' ', '～'], 0, 12].Select(text => new string([.. text.Where(letter => !char.IsControl(letter) && !char.IsSurrogate(letter) && letter is not ('\uFFFE' or '\uFFFF'))]).Trim()));

    private static readonly Gen<RosterRow[]> Rows = Gen.Select(
            Gen.Select(Gen.Int[0, 60], Gen.Int[0, 1_439], Gen.Int[0, 1_439], Gen.Int[0, 3]), Words, Words, Words,
            (time, lawyer, name, remarks) => (time, lawyer, name, remarks))
        .Array[0, 12].Select(rows => rows.Select((row, index) => new RosterRow(
            new DateOnly(2026, 3, 1).AddDays(row.time.Item1), new TimeOnly(row.time.Item2 / 60, row.time.Item2 % 60), new TimeOnly(row.time.Item3 / 60, row.time.Item3 % 60),
            new StationId("nanning-first-detention"), "南宁市第一看守所", new ShiftId($"shift-{index}"), (index % 3) + 1, (DutyMode)row.time.Item4,
            row.lawyer.Length == 0 ? null : new DutyLawyerId(row.lawyer), row.name, row.remarks)).ToArray());

    [Theory]
    [InlineData(RosterFileKind.Xlsx)]
    [InlineData(RosterFileKind.Csv)]
    public void Read_OfWhatWasWritten_IsEqualFieldByField(RosterFileKind kind) => Rows.Sample(
        rows =>
        {
            var read = RosterFile.Read(RosterFile.Write(rows, kind), kind);
            Assert.Empty(read.Faults);
            Assert.Equal(rows, read.Rows);
        },
        iter: 200);

    [Theory]
    [InlineData(RosterFileKind.Xlsx)]
    [InlineData(RosterFileKind.Csv)]
    public void Write_AnyText_NoCellIsAFormulaOrBeginsLikeOne(RosterFileKind kind) => Rows.Sample(
        rows =>
        {
            using var file = new MemoryStream(RosterFile.Write(rows, kind));
            var cells = file.Query(excelType: kind == RosterFileKind.Xlsx ? ExcelType.XLSX : ExcelType.CSV).Cast<IDictionary<string, object?>>().SelectMany(row => row.Values).ToList();
            Assert.All(cells, cell => Assert.False(cell is string and ['=' or '+' or '-' or '@' or '\t' or '\r', ..], $"{cell}"));
            if (kind == RosterFileKind.Xlsx)
            {
                using var archive = new ZipArchive(new MemoryStream(file.ToArray()));
                using var sheet = new StreamReader(archive.Entries.Single(entry => entry.FullName.StartsWith("xl/worksheets/sheet", StringComparison.Ordinal)).Open());
                Assert.DoesNotMatch("<(x:)?f[ >]", sheet.ReadToEnd()); // no formula element
            }
        },
        iter: 50);

    [Fact]
    public void Roster_ThroughASheet_IsTheSameRoster()
    {
        var period = RosterPeriod.Month(2026, 3);
        var roster = Roster.Of(period, [new(new ShiftId("a"), new DutyLawyerId("l1")), new(new ShiftId("a"), new DutyLawyerId("l2")), new(new ShiftId("b"), new DutyLawyerId("l1"))]);
        var station = new Station(new StationId("s"), StationKind.Court, "虚构法院", "Court", Casework.Identifiers.RegionCode.Nanning);
        var known = new RosterCase(period, [station], [], [Shift("a", 4, 3), Shift("b", 3, 1)]);

        var rows = RosterSheet.Of(known, roster, new Dictionary<DutyLawyerId, string> { [new("l1")] = "虚构甲律师" });
        Assert.Equal(["b 1 l1 虚构甲律师", "a 1 l1 虚构甲律师", "a 2 l2 ", "a 3  "], rows.Select(row => $"{row.Shift} {row.Slot} {row.Lawyer} {row.LawyerName}"));
        Assert.Equal(roster, RosterSheet.ToRoster(period, RosterFile.Read(RosterFile.Write(rows, RosterFileKind.Xlsx), RosterFileKind.Xlsx).Rows));

        static Shift Shift(string id, int day, int slots) =>
            new(new ShiftId(id), new StationId("s"), new DateOnly(2026, 3, day), new TimeOnly(9, 0), new TimeOnly(12, 0), DutyMode.OnSite, DutyRequirement.None, slots);
    }

    [Fact]
    public void Read_ExcelOfPeople_WithRealDatesTimesAndNumbersAndColumnsElsewhere_IsUnderstood()
    {
        using var file = new MemoryStream();
        file.SaveAs(new[]
        {
            new Dictionary<string, object>
            {
                ["律师"] = "l1", ["Mode"] = "Phone", ["日期"] = new DateTime(2026, 3, 4), ["开始"] = new DateTime(2026, 3, 4, 9, 30, 0), ["结束 End"] = "24:00", ["Station"] = "s",
                ["站点名称"] = "", ["班次"] = "a", ["席位"] = 2, ["Lawyer name"] = "虚构甲律师", ["备注"] = "", ["多余"] = "不读",
            },
        });

        var read = RosterFile.Read(file.ToArray(), RosterFileKind.Xlsx);
        Assert.Empty(read.Faults);
        Assert.Equal(
            new RosterRow(new(2026, 3, 4), new(9, 30), new(0, 0), new("s"), "", new("a"), 2, DutyMode.Phone, new DutyLawyerId("l1"), "虚构甲律师", ""), Assert.Single(read.Rows));
    }

    [Theory]
    [InlineData("2026-02-30,09:00,12:00,s,,a,1,现场,l1,,", "ROSTER_CELL_INVALID 第 2 行“日期 Date”")]
    [InlineData("2026-03-04,9点,12:00,s,,a,1,现场,l1,,", "ROSTER_CELL_INVALID 第 2 行“开始 Start”")]
    [InlineData("2026-03-04,09:00,25:00,s,,a,1,现场,l1,,", "ROSTER_CELL_INVALID 第 2 行“结束 End”")]
    [InlineData("2026-03-04,09:00,12:00,,,a,1,现场,l1,,", "ROSTER_CELL_INVALID 第 2 行“站点 Station”")]
    [InlineData("2026-03-04,09:00,12:00,s,,,1,现场,l1,,", "ROSTER_CELL_INVALID 第 2 行“班次 Shift”")]
    [InlineData("2026-03-04,09:00,12:00,s,,a,0,现场,l1,,", "ROSTER_CELL_INVALID 第 2 行“席位 Place”")]
    [InlineData("2026-03-04,09:00,12:00,s,,a,1,飞鸽,l1,,", "ROSTER_CELL_INVALID 第 2 行“方式 Mode”")]
    [InlineData("2026-03-04,09:00,12:00,s,,a,1,现场,l1,,\n2026-03-04,09:00,12:00,s,,a,1,现场,l2,,", "ROSTER_PLACE_TWICE 第 3 行")]
    public void Read_WithOneSlip_IsToldByRowAndColumn(string lines, string fault)
    {
        var told = Assert.Single(ReadCsv($"{Header}\n{lines}\n").Faults);

        Assert.StartsWith(fault, $"{told.Code.Code} {told.TextZh}", StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WithoutAColumn_IsTold() =>
        Assert.Equal(["ROSTER_COLUMN_MISSING"], ReadCsv($"{Header.Replace(",席位", "", StringComparison.Ordinal)}\n").Faults.Select(fault => fault.Code.Code));

    [Theory]
    [InlineData(RosterFile.RowsMax, null)]
    [InlineData(RosterFile.RowsMax + 1, "ROSTER_TOO_MANY_ROWS")]
    public void Read_AroundTheBoundOfRows_IsReadOrTold(int count, string? fault)
    {
        var read = ReadCsv(Header + "\n" + string.Concat(Enumerable.Range(0, count).Select(row => $"2026-03-04,09:00,12:00,s,,a{row},1,现场,l1,,\n")));

        Assert.Equal(fault is null ? [] : [fault], read.Faults.Select(one => one.Code.Code));
        Assert.Equal(fault is null ? count : 0, read.Rows.Count);
    }

    [Fact]
    public void Read_OfWhatIsNoWorkbook_IsToldAndNothingIsThrown()
    {
        foreach (var bytes in new[] { [], "PK"u8.ToArray(), Encoding.UTF8.GetBytes(Header), new byte[RosterFile.FileBytesMax + 1], EmptyZip() })
        {
            Assert.NotEmpty(RosterFile.Read(bytes, RosterFileKind.Xlsx).Faults);
        }

        static byte[] EmptyZip()
        {
            using var file = new MemoryStream();
            using (new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
            {
            }

            return file.ToArray();
        }
    }

    private static RosterFileReading ReadCsv(string text) => RosterFile.Read(Encoding.UTF8.GetBytes(text), RosterFileKind.Csv);
}
