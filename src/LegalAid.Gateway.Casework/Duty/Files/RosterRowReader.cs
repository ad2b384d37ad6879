using System.Globalization;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Duty.Files;

/// <summary>Reads the cells of one row, in the order of <see cref="RosterColumns.All"/>, and gathers what is wrong with them.</summary>
internal sealed class RosterRowReader(object?[] cells, string number)
{
    private const int TextMax = 200, SlotMax = 99;

    private static readonly string[] DateForms = ["yyyy-MM-dd", "yyyy-M-d", "yyyy/M/d", "yyyy年M月d日"], TimeForms = ["HH:mm", "H:mm", "HH:mm:ss", "H:mm:ss"];

    private int _column;

    public List<Fault> Faults { get; } = [];

    public RosterRow? Read()
    {
        var (date, start, end) = (Date(), Time(), Time());
        var (station, stationName, shift) = (Words(required: true), Words(required: false), Words(required: true));
        var slot = Value(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var given) && given is >= 1 and <= SlotMax ? given : (int?)null);
        var mode = Value(RosterColumns.FindMode);
        var (lawyer, name, remarks) = (Words(required: false), Words(required: false), Words(required: false));
        return Faults.Count > 0 || date is null || start is null || end is null || slot is null || mode is null
            ? null
            : new RosterRow(
                date.Value, start.Value, end.Value, new StationId(station), stationName, new ShiftId(shift), slot.Value, mode.Value,
                lawyer.Length == 0 ? null : new DutyLawyerId(lawyer), name, remarks);
    }

    /// <summary>A cell as text, without blanks at its ends; a number as it is written without a locale.</summary>
    public static string Text(object? cell) => cell switch
    {
        null => "",
        string text => SafeCell.Read(text.Trim()).Trim(),
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        _ => cell.ToString() ?? "",
    };

    /// <summary>A text, or a cell that Excel keeps as a date.</summary>
    private DateOnly? Date() => cells[_column] is DateTime at
        ? Taken(DateOnly.FromDateTime(at))
        : Value(text => DateOnly.TryParseExact(text, DateForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : (DateOnly?)null);

    /// <summary>A text, or a cell that Excel keeps as a time of the day; 24:00 is 00:00.</summary>
    private TimeOnly? Time() => cells[_column] switch
    {
        DateTime at => Taken(TimeOnly.FromDateTime(at)),
        TimeSpan time when time >= TimeSpan.Zero && time < TimeSpan.FromDays(1) => Taken(TimeOnly.FromTimeSpan(time)),
        double day when day is >= 0 and < 1 => Taken(TimeOnly.FromTimeSpan(TimeSpan.FromMinutes(Math.Round(day * 1_440)))),
        _ => Value(text => TimeOnly.TryParseExact(text == "24:00" ? "00:00" : text, TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : (TimeOnly?)null),
    };

    private string Words(bool required)
    {
        var text = Text(cells[_column]);
        if ((required && text.Length == 0) || text.Length > TextMax || text.Any(char.IsControl))
        {
            Fault();
        }

        _column++;
        return text;
    }

    private T? Value<T>(Func<string, T?> parse)
        where T : struct
    {
        var value = parse(Text(cells[_column]));
        if (value is null)
        {
            Fault();
        }

        _column++;
        return value;
    }

    private T Taken<T>(T value)
    {
        _column++;
        return value;
    }

    private void Fault() => Faults.Add(Casework.Faults.Fault.With(RosterFileFaults.CellInvalid, "", number, RosterColumns.All[_column]));
}
