using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Sharing;

namespace LegalAid.Gateway.Casework.Configuration.Sharing;

/// <summary>Turns checked drafts into rows.</summary>
internal static class SharingCompiler
{
    public static SharingRow Compile(RowDraft row) => new()
    {
        Id = Checked(row.Id).Text,
        Who = SubjectOf(Checked(row.Who)),
        Objects = [.. ObjectsOf(Checked(row.May)).Distinct()],
        Purposes = row.Purposes,
        Basis = Checked(row.Basis),
        When = new RowCondition(
            row.When.Party,
            [.. row.When.Roles.Select(role => new RoleName(role.Text))],
            [.. row.When.States.Select(state => new StateName(state.Text))],
            row.When.OwnRegion),
        Fields = row.Fields.IsEmpty ? FieldList.Everything : FieldList.Of([.. row.Fields.Select(field => field.Text)]),
        Quota = row.Quota,
        From = row.From ?? throw Unchecked(),
        Until = row.Until,
        Owner = AgencyId.Parse(Checked(row.Owner).Text),
        File = row.At.Place.File,
        Line = row.At.Place.Line,
    };

    private static SharingSubject SubjectOf(WhoDraft who) => new(
        [.. who.Agencies.Select(agency => AgencyId.Parse(agency.Text))], [.. who.Kinds.Select(kind => kind.Text)], who.Region, who.Subtree);

    private static IEnumerable<SharedObject> ObjectsOf(ObjectDraft may) => may.Kind switch
    {
        SharedKind.Call => may.Names.Select(name => SharedObject.Call(name.Text)),
        SharedKind.Take => Steps(may, SharedObject.Take),
        SharedKind.Receive => Steps(may, SharedObject.Receive),
        SharedKind.Clocks => may.Names.Select(name => SharedObject.Clocks(new ExchangeTypeId(name.Text))),
        SharedKind.View => may.Names.Select(name => SharedObject.View(new ExchangeTypeId(name.Text))),
        SharedKind.Fact => may.Names.Select(name => SharedObject.Fact(name.Text)),
        SharedKind.Service => may.Names.Select(name => name.Text.Split('/')).Select(name => SharedObject.Service(AgencyId.Parse(name[0]), name[1])),
        _ => throw new InvalidOperationException($"kind {may.Kind}"),
    };

    private static IEnumerable<SharedObject> Steps(ObjectDraft may, Func<ExchangeTypeId, StepName, SharedObject> of) =>
        from type in may.Names
        from step in may.Steps
        select of(new ExchangeTypeId(type.Text), new StepName(step.Text));

    private static T Checked<T>(T? value)
        where T : class =>
        value ?? throw Unchecked();

    private static InvalidOperationException Unchecked() => new("a row's draft is incomplete, and no fault says so");
}
