using System.Globalization;
using LegalAid.Gateway.Casework.Calendars;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Tests.Calendars;

public sealed class CalendarCatalogueTests
{
    private static readonly CalendarSource Source = new("令98号", Certainty.Statute);

    private static CalendarLayer Layer(string id, string region, params CalendarYear[] years) =>
        new(id, "1", region, "日历", "calendar", Yearly: region == CalendarLayer.Nation, new(years));

    private static CalendarYear Year(int year, OffDays[]? off = null, WorkDay[]? work = null, YearStatus status = YearStatus.Published) =>
        new(year, status, new(off ?? []), new(work ?? []));

    private static OffDays Off(DateOnly from, DateOnly to, CalendarSource? source = null) => new(from, to, "节", "holiday", source ?? Source);

    [Theory]
    [InlineData("450103", "cn@2026.1+cn-450000@2026.1+cn-450100@2026.1")]
    [InlineData("450199", "cn@2026.1+cn-450000@2026.1+cn-450100@2026.1")]
    [InlineData("450100", "cn@2026.1+cn-450000@2026.1+cn-450100@2026.1")]
    [InlineData("450200", "cn@2026.1+cn-450000@2026.1")]
    [InlineData("451000", "cn@2026.1+cn-450000@2026.1")]
    [InlineData("450000", "cn@2026.1+cn-450000@2026.1")]
    [InlineData("440100", "cn@2026.1")]
    [InlineData("000000", "cn@2026.1")]
    public void For_Region_ComposesItsLayers(string region, string version) =>
        Assert.Equal(version, CalendarFiles.Catalogue.For(region).Version);

    [Theory]
    [InlineData("")]
    [InlineData("45")]
    [InlineData("45010")]
    [InlineData("4501030")]
    [InlineData("45010X")]
    public void For_NotSixDigits_Throws(string region) => Assert.Throws<ArgumentException>(() => CalendarFiles.Catalogue.For(region));

    [Fact]
    public void For_RegionEndingInZeroOfAPair_IsNotTakenForItsParent()
    {
        var catalogue = new CalendarCatalogue([Layer("cn", "000000"), Layer("gx", "450000"), Layer("baise", "451000")]);

        Assert.Equal("cn@1+gx@1+baise@1", catalogue.For("451002").Version);
        Assert.Equal("cn@1+gx@1", catalogue.For("450102").Version);
    }

    [Theory]
    [InlineData("2026-02-13", DayKind.Workday, false)]
    [InlineData("2026-02-14", DayKind.MakeUpWorkday, false)]
    [InlineData("2026-02-15", DayKind.Holiday, true)]
    [InlineData("2026-02-23", DayKind.Holiday, true)]
    [InlineData("2026-02-24", DayKind.Workday, false)]
    [InlineData("2026-03-07", DayKind.Weekend, true)]
    [InlineData("2017-04-01", DayKind.Holiday, true)]
    [InlineData("2017-04-08", DayKind.MakeUpWorkday, false)]
    [InlineData("2026-04-19", DayKind.Holiday, true)]
    [InlineData("2026-04-20", DayKind.Holiday, false)]
    [InlineData("2027-01-02", DayKind.Weekend, false)]
    public void Classify_InGuangxi_KindAndCertainRest(string date, DayKind kind, bool certainlyRests)
    {
        var calendar = CalendarFiles.Catalogue.For("450103");
        var day = DateOnly.ParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture);

        Assert.Equal(kind, calendar.Classify(day));
        Assert.Equal(certainlyRests, calendar.IsRestDay(day));
    }

    [Fact]
    public void Day_UnconfirmedHoliday_TellsWhoSaysSoAndThatItIsDoubtful()
    {
        var day = CalendarFiles.Catalogue.For("450103").Day(new(2026, 4, 20));

        Assert.True(day is { Doubtful: true, LayerId: "cn-450000", Source.Mark: Certainty.Unconfirmed });
        Assert.Contains("壮族三月三", day.Label, StringComparison.Ordinal);
    }

    [Fact]
    public void IsPublished_EachYear_AsShipped()
    {
        var calendar = CalendarFiles.Catalogue.For("450103");

        Assert.Equal([2017, 2024, 2025, 2026], Enumerable.Range(2015, 14).Where(calendar.IsPublished));
    }

    [Fact]
    public void IsPublished_YearlyRegionSilent_IsFalse()
    {
        var nation = Layer("cn", "000000", Year(2030));

        Assert.True(LayeredCalendar.Compose([nation, Layer("gx", "450000")]).IsPublished(2030));
        Assert.False(LayeredCalendar.Compose([nation, Layer("gx", "450000") with { Yearly = true }]).IsPublished(2030));
        Assert.False(LayeredCalendar.Compose([Layer("cn", "000000", Year(2030, status: YearStatus.Provisional))]).IsPublished(2030));
    }

    [Fact]
    public void Compose_CityConfirmsWhatTheProvinceOnlyExpects_IsCertain()
    {
        var day = new DateOnly(2030, 4, 5);
        var nation = Layer("cn", "000000", Year(2030));
        var province = Layer("gx", "450000", Year(2030, [Off(day, day)], status: YearStatus.Provisional));

        Assert.True(LayeredCalendar.Compose([nation, province]).Day(day).Doubtful);
        Assert.True(LayeredCalendar.Compose([nation, province, Layer("nn", "450100", Year(2030, [Off(day, day)]))]).IsRestDay(day));
    }

    [Fact]
    public void Compose_WithoutTheNationFirst_Throws()
    {
        Assert.Throws<ArgumentException>(() => LayeredCalendar.Compose([]));
        Assert.Throws<ArgumentException>(() => LayeredCalendar.Compose([Layer("gx", "450000"), Layer("cn", "000000")]));
        Assert.Throws<ArgumentException>(() => new CalendarCatalogue([Layer("gx", "450000")]));
    }

    /// <summary>The region's two days are the third and fourth of the third lunar month; the framework's lunar calendar agrees.</summary>
    [Fact]
    public void Sanyuesan_EveryListedYear_IsLunarThirdMonthThirdAndFourth()
    {
        var lunar = new ChineseLunisolarCalendar();
        var guangxi = CalendarFiles.Layers.Single(layer => layer.Id == "cn-450000");

        Assert.Equal([2017, 2024, 2025, 2026], guangxi.Years.Select(year => year.Year));
        Assert.All(guangxi.Years, year =>
        {
            // A leap month before the third would shift the framework's month number.
            var leap = lunar.GetLeapMonth(year.Year);
            var third = lunar.ToDateTime(year.Year, leap is > 0 and <= 3 ? 4 : 3, 3, 0, 0, 0, 0);
            var feast = year.Off.Single(off => off.Zh == "壮族三月三");
            Assert.Equal(DateOnly.FromDateTime(third), feast.From);
            Assert.Equal(feast.From.AddDays(1), feast.To);
        });
        Assert.All(guangxi.Years.Where(year => year.Year != 2017), year => Assert.Equal(YearStatus.Provisional, year.Status));
    }

    [Fact]
    public void Shipped_MakeUpWorkdays_AllFallOnWeekends()
    {
        Assert.Empty(CalendarRules.Check(CalendarFiles.Layers));
        Assert.All(
            CalendarFiles.Layers.SelectMany(layer => layer.Years).SelectMany(year => year.Work),
            work => Assert.True(work.Date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday, $"{work.Date:yyyy-MM-dd}"));
    }

    public static TheoryData<string, string> FaultyLayers() => new()
    {
        { "CALENDAR_NAME_INVALID", "CN" },
        { "CALENDAR_REGION_INVALID", "cn-x.region" },
        { "CALENDAR_LAYER_TWICE", "cn" },
        { "CALENDAR_NO_NATIONAL_LAYER", "" },
        { "CALENDAR_NATION_NOT_YEARLY", "cn.yearly" },
        { "CALENDAR_YEAR_TWICE", "cn.years[2030]" },
        { "CALENDAR_RANGE_INVALID", "cn.years[2030].off[0]" },
        { "CALENDAR_DAY_TWICE", "cn.years[2030].work[0]" },
        { "CALENDAR_TOO_MANY_OFF_DAYS", "cn.years[2030].off" },
        { "CALENDAR_SOURCE_MISSING", "cn.years[2030].off[0]" },
        { "CALENDAR_UNCONFIRMED_PUBLISHED", "cn.years[2030].off[0]" },
    };

    [Theory]
    [MemberData(nameof(FaultyLayers))]
    public void Check_FaultyLayers_TellsCodeAndPlace(string code, string field)
    {
        var fault = Assert.Single(CalendarRules.Check(Faulty(code)));

        Assert.Equal((code, field), (fault.Code.Code, fault.Field));
        Assert.DoesNotContain("{0}", fault.TextZh, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_SeveralFaults_TellsAll()
    {
        var layers = Faulty("CALENDAR_YEAR_TWICE").Concat([Layer("x", "45"), Layer("Y", "440000")]).ToList();

        Assert.Equal(["CALENDAR_YEAR_TWICE", "CALENDAR_REGION_INVALID", "CALENDAR_NAME_INVALID"], CalendarRules.Check(layers).Select(fault => fault.Code.Code));
    }

    private static IReadOnlyList<CalendarLayer> Faulty(string code)
    {
        var day = new DateOnly(2030, 4, 5);
        CalendarLayer Nation(params CalendarYear[] years) => Layer("cn", "000000", years);
        return code switch
        {
            "CALENDAR_NAME_INVALID" => [Layer("CN", "000000")],
            "CALENDAR_REGION_INVALID" => [Nation(), Layer("cn-x", "4500")],
            "CALENDAR_LAYER_TWICE" => [Nation(), Nation()],
            "CALENDAR_NO_NATIONAL_LAYER" => [Layer("gx", "450000")],
            "CALENDAR_NATION_NOT_YEARLY" => [Nation() with { Yearly = false }],
            "CALENDAR_YEAR_TWICE" => [Nation(Year(2030), Year(2030))],
            "CALENDAR_RANGE_INVALID" => [Nation(Year(2030, [Off(day, day.AddDays(-1))]))],
            "CALENDAR_DAY_TWICE" => [Nation(Year(2030, [Off(day, day)], [new WorkDay(day, Source)]))],
            "CALENDAR_TOO_MANY_OFF_DAYS" => [Nation(Year(2030, [Off(new(2030, 1, 1), new(2030, 2, 15)), Off(new(2030, 5, 1), new(2030, 5, 15))]))],
            "CALENDAR_SOURCE_MISSING" => [Nation(Year(2030, [Off(day, day, new("", Certainty.KnownPractice))]))],
            "CALENDAR_UNCONFIRMED_PUBLISHED" => [Nation(Year(2030, [Off(day, day, new("令98号", Certainty.Unconfirmed))]))],
            _ => throw new ArgumentOutOfRangeException(nameof(code), code, "no such case"),
        };
    }
}
