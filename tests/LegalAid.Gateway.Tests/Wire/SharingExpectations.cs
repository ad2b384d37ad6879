using System.Collections.Frozen;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>What an agency may make of a defence notice.</summary>
internal enum Expected
{
    /// <summary>Not refused for who asks: accepted, or refused by the state the notice is in.</summary>
    Granted,

    /// <summary>A party, but not in a role that may: it knows the notice, and is told that the step is not its own.</summary>
    NotYours,

    /// <summary>As if there were no such notice.</summary>
    Absent,
}

/// <summary>
/// Written by hand from the law and not from the configuration: by operation, what the organ, the aid centre, the firm and the detention centre of a notice
/// may do. Everybody else is answered as if there were none.
/// </summary>
internal static class SharingExpectations
{
    private const string Table = """
        operation             organ     aid-centre  firm      detention-centre
        GetExchange           Granted   Granted     Granted   Granted
        GetDefenceNotice      Granted   Granted     Granted   Granted
        ListHistory           Granted   Granted     Granted   Granted
        ListEvidence          Granted   Granted     Granted   Granted
        AmendDefenceNotice    Granted   NotYours    NotYours  NotYours
        WithdrawDefenceNotice Granted   NotYours    NotYours  NotYours
        ReportCounselRefusal  Granted   NotYours    NotYours  NotYours
        RenotifyDefence       Granted   NotYours    NotYours  NotYours
        AssignCounsel         NotYours  Granted     NotYours  NotYours
        ReplaceCounsel        NotYours  Granted     NotYours  NotYours
        DeclineDefenceNotice  NotYours  Granted     NotYours  NotYours
        TerminateDefence      NotYours  Granted     NotYours  NotYours
        CloseDefenceNotice    NotYours  Granted     NotYours  NotYours
        RespondToAssignment   NotYours  NotYours    Granted   NotYours
        TakeStep              NotYours  Granted     Granted   NotYours
        """;

    private static readonly string[][] Lines =
        [.. Table.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    private static readonly FrozenDictionary<(string Operation, string Role), Expected> Cells = (
        from line in Lines.Skip(1)
        from cell in line.Index().Skip(1)
        select KeyValuePair.Create((line[0], Lines[0][cell.Index]), Enum.Parse<Expected>(cell.Item))).ToFrozenDictionary();

    public static IEnumerable<string> Operations => Lines.Skip(1).Select(line => line[0]);

    public static Expected Of(string operation, string? role) => role is null ? Expected.Absent : Cells[(operation, role)];
}
