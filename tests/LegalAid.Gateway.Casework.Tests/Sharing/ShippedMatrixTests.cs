using System.Collections.Immutable;
using System.Text.RegularExpressions;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Checks;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Sharing;
using LegalAid.Gateway.Casework.Tests.Configuration;
using LegalAid.Gateway.Casework.Tests.House;

namespace LegalAid.Gateway.Casework.Tests.Sharing;

/// <summary>The shipped rows grant what the exchange types lay down and nothing else: who opens, takes, receives and reads, for every agency.</summary>
public sealed partial class ShippedMatrixTests
{
    private static readonly DateOnly Day = new(2026, 3, 2);

    private static readonly ConfigurationSnapshot Snapshot =
        ConfigurationLoader.Load(ShippedFiles.Configuration(), ProtoSchemas.Shipped(), StandardChecks.Catalogue.CheckNames, StandardChecks.Catalogue.FinderNames) switch
        {
            LoadOutcome.Loaded loaded => loaded.Snapshot,
            LoadOutcome.Faulty faulty => throw new InvalidOperationException(string.Join('\n', faulty.Faults)),
            _ => throw new InvalidOperationException("no such outcome"),
        };

    private static readonly string[] ForCentres = ["legalaid.cooperation.v1.CooperationService/", "legalaid.duty.v1.RosterService/"];

    /// <summary>The type behind each typed face of duty.</summary>
    private static readonly Dictionary<string, string> DutyTypes = new(StringComparer.Ordinal)
    {
        ["legalaid.duty.v1.ShiftService"] = "duty-shift", ["legalaid.duty.v1.HelpRequestService"] = "help-request",
    };

    /// <summary>The step that a method of these takes; one that is not here reads.</summary>
    private static readonly Dictionary<string, string> DutySteps = new(StringComparer.Ordinal)
    {
        ["OfferShifts"] = "offer", ["AcceptShift"] = "accept", ["DeclineShift"] = "decline", ["RebookShift"] = "rebook", ["PublishShift"] = "publish",
        ["ProposeSubstitute"] = "propose-substitute", ["AskSubstitute"] = "ask-substitute", ["AgreeToSubstitute"] = "agree-substitute", ["TakeOverShift"] = "take-over",
        ["RefuseSubstitute"] = "refuse-substitute", ["ReportNoShow"] = "report-no-show", ["ReportArrival"] = "report-arrival", ["SendStandIn"] = "send-stand-in",
        ["CompleteShift"] = "complete", ["ReleaseShift"] = "release", ["CancelShift"] = "cancel",
        ["RequestHelp"] = "request", ["NotifyLawyer"] = "notify-lawyer", ["NameLawyer"] = "name-lawyer", ["DeclareConflict"] = "declare-conflict", ["RefuseHelp"] = "refuse",
        ["AskHelpAgain"] = "ask-again", ["MovePerson"] = "move-person", ["RecordHelp"] = "record-help", ["WithdrawHelpRequest"] = "withdraw", ["CloseHelpRequest"] = "close",
    };

    [Fact]
    public void Operations_OfTheContracts_AreAllListedAndNoOther()
    {
        var methods =
            from file in SourceTree.Files
            where file.StartsWith("protos/legalaid/", StringComparison.Ordinal) && file.EndsWith(".proto", StringComparison.Ordinal)
            let text = SourceTree.Read(file)
            let package = Package().Match(text).Groups["name"].Value
            from Match service in Service().Matches(text)
            from Match method in Method().Matches(service.Groups["body"].Value)
            select $"{package}.{service.Groups["name"].Value}/{method.Groups["name"].Value}";

        Assert.Equal(methods.Order(StringComparer.Ordinal), Operation.All.Select(operation => operation.Name));
    }

    [Fact]
    public void Decide_AnyOperation_EveryAgencyMayKnockWithoutAPurpose() =>
        Findings.AreNone(
            from operation in Operation.All
            from agency in Snapshot.Agencies.All
            where Allows(new SharingQuestion(agency, SharedObject.Call(operation.Name), Day), out _) != MayKnock(agency, operation)
            select $"{agency.Id} {operation.Name}");

    /// <summary>
    /// Verifications, cooperation and rosters are for those who verify, help each other and draft them, reports of changes for those who answer, calendars of duty for those who have
    /// duty. A shift's or a request's own face is for the kinds that can have a part in one, and each step for those who can take it.
    /// </summary>
    private static bool MayKnock(Agency agency, Operation operation) =>
        operation.Name.Split('/') is [var service, var method] && DutyTypes.TryGetValue(service, out var type) ? KindsThatCall(new ExchangeTypeId(type), method).Contains(agency.Kind)
        : ForCentres.Any(service => operation.Name.StartsWith(service, StringComparison.Ordinal)) ? agency.Kind == AgencyKinds.AidCentre
        : operation.Name.StartsWith("legalaid.duty.v1.DutyCalendarService/", StringComparison.Ordinal)
            ? agency.Kind is AgencyKinds.AidCentre or AgencyKinds.LawFirm || AgencyKinds.DutyStations.Contains(agency.Kind)
        : !operation.Name.StartsWith("legalaid.eligibility.", StringComparison.Ordinal)
        || (operation.Name.EndsWith("/ReportStatusChange", StringComparison.Ordinal)
            ? Snapshot.Eligibility.Vocabulary.Bodies.Any(body => !body.IsAtHand && body.Name == agency.Kind)
            : agency.Kind == AgencyKinds.AidCentre);

    private static IEnumerable<string> KindsThatCall(ExchangeTypeId id, string method)
    {
        var type = Snapshot.Types[id];
        var roles = DutySteps.TryGetValue(method, out var step) ? type.FindStep(new StepName(step))!.By : [.. type.Roles.Select(role => role.Name)]; // the type has the steps above
        return roles.SelectMany(role => KindsOf(type, role));
    }

    [Fact]
    public void Decide_Opening_ExactlyTheKindsTheTypeNames() =>
        Findings.AreNone(
            from type in Snapshot.Types.Values
            from agency in Snapshot.Agencies.All
            let may = Allows(new SharingQuestion(agency, SharedObject.Take(type.Id, type.Opening.Name), Day), out _)
            where may != (!type.Opening.IsGateways && type.Roles[0].OpenTo.Contains(agency.Kind)) // what the gateway opens nobody else does
            select $"{agency.Id} opens {type.Id}: {may}");

    /// <summary>Every agency in every role that its kind can have, and in none.</summary>
    [Fact]
    public void Decide_StepsAndMessages_ExactlyTheRolesTheTypeNames() =>
        Findings.AreNone(
            from type in Snapshot.Types.Values
            from step in type.Steps
            from role in type.Roles.Select(role => (RoleName?)role.Name).Append(null)
            from agency in Snapshot.Agencies.All
            where role is null || KindsOf(type, role.Value).Contains(agency.Kind)
            let take = step.IsOpening ? null : (bool?)Allows(In(type, role, agency, SharedObject.Take(type.Id, step.Name)), out _)
            let receive = Allows(In(type, role, agency, SharedObject.Receive(type.Id, step.Name)), out _)
            where (take is not null && take != (role is { } taker && step.By.Contains(taker))) || receive != (role is { } told && step.DeliverTo.Contains(told))
            select $"{agency.Id} as {role} in {type.Id}, {step.Name}: take {take}, receive {receive}");

    [Fact]
    public void Decide_View_ExactlyTheSectionsTheRoleReads() =>
        Findings.AreNone(
            from type in Snapshot.Types.Values
            from role in type.Roles.Append(null)
            from agency in Snapshot.Agencies.All
            where role is null || KindsOf(type, role.Name).Contains(agency.Kind)
            let fields = Allows(In(type, role?.Name, agency, SharedObject.View(type.Id)), out var allowed) ? allowed.Fields.Paths : []
            let reads = (role?.Reads ?? []).Select(section => section + ".*").Order(StringComparer.Ordinal)
            where !fields.SequenceEqual(reads)
            select $"{agency.Id} as {role?.Name} in {type.Id}: {string.Join(' ', fields)}");

    /// <summary>Clocks tell the obligated body and whoever supervises it.</summary>
    [Fact]
    public void Decide_Clocks_PartiesAndSupervisorsAreTold() =>
        Findings.AreNone(
            from type in Snapshot.Types.Values
            where !type.Clocks.IsEmpty
            from role in type.Roles.Select(role => role.Name).Append(RoleName.Supervisor)
            from agency in Snapshot.Agencies.All
            where !Allows(In(type, null, agency, SharedObject.Clocks(type.Id), addressed: role), out _)
                || Allows(In(type, null, agency, SharedObject.Clocks(type.Id)), out _)
            select $"{agency.Id} as {role} in {type.Id}");

    [Fact]
    public void WarningsOn_ShippedRows_None() =>
        Findings.AreNone(new SharingReview(Snapshot, Snapshot.Offered).WarningsOn(Day).Select(warning => warning.ToString()));

    private static bool Allows(SharingQuestion question, out SharingDecision.Allowed allowed)
    {
        allowed = Snapshot.Sharing.Decide(question) as SharingDecision.Allowed ?? None;
        return allowed != None;
    }

    private static readonly SharingDecision.Allowed None = new([], Purpose.LegalAidCase, FieldList.Of([]));

    private static SharingQuestion In(ExchangeType type, RoleName? role, Agency agency, SharedObject about, RoleName? addressed = null)
    {
        var parties = ImmutableSortedDictionary.Create<string, AgencyId>(StringComparer.Ordinal);
        return new SharingQuestion(agency, about, Day)
        {
            Exchange = new ExchangeAtHand(role is { } own ? parties.Add(own.Value, agency.Id) : parties, type.States[0].Name, addressed),
        };
    }

    /// <summary>The kinds of agency that can come to hold a role.</summary>
    private static IEnumerable<string> KindsOf(ExchangeType type, RoleName role) => role == type.Opener
        ? type.Roles[0].OpenTo
        : type.Steps.SelectMany(step => step.Parties).Where(party => party.Role == role).SelectMany(party => party.Kinds).Distinct(StringComparer.Ordinal);

    [GeneratedRegex(@"^package (?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Package();

    [GeneratedRegex(@"^service (?<name>\w+) \{(?<body>.*?)^\}", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Service();

    [GeneratedRegex(@"^  rpc (?<name>\w+)\(", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Method();
}
