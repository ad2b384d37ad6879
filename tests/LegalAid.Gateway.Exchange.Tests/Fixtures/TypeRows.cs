using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Sharing;

namespace LegalAid.Gateway.Exchange.Tests.Fixtures;

/// <summary>The matrix that grants what a snapshot's types lay down, and nothing else, to whoever holds the role.</summary>
internal static class TypeRows
{
    public static ConfigurationSnapshot WithTypeRows(this ConfigurationSnapshot snapshot) =>
        snapshot.With([.. snapshot.Types.Values.SelectMany(Of)]);

    /// <summary>The same without the rows that are chosen.</summary>
    public static ConfigurationSnapshot Without(this ConfigurationSnapshot snapshot, Func<SharingRow, bool> chosen) =>
        snapshot.With([.. snapshot.Sharing.Rows.Where(row => !chosen(row))]);

    public static ConfigurationSnapshot With(this ConfigurationSnapshot snapshot, ImmutableArray<SharingRow> rows) =>
        snapshot with { Sharing = new SharingMatrix(rows, snapshot.Agencies) };

    private static IEnumerable<SharingRow> Of(ExchangeType type)
    {
        foreach (var step in type.Steps)
        {
            yield return Row($"{type.Id}-{step.Name}-take", SharedObject.Take(type.Id, step.Name), step.IsOpening ? [] : step.By);
            if (!step.DeliverTo.IsEmpty)
            {
                yield return Row($"{type.Id}-{step.Name}-receive", SharedObject.Receive(type.Id, step.Name), step.DeliverTo);
            }
        }

        yield return Row($"{type.Id}-clocks", SharedObject.Clocks(type.Id), []);
        foreach (var role in type.Roles)
        {
            yield return Row($"{type.Id}-{role.Name}-view", SharedObject.View(type.Id), [role.Name]) with
            {
                Fields = FieldList.Of([.. role.Reads.Select(section => section + ".*")]),
            };
        }
    }

    private static SharingRow Row(string id, SharedObject about, ImmutableArray<RoleName> roles) => new()
    {
        Id = id,
        Who = new SharingSubject([], [], Region: null, Subtree: false),
        Objects = [about],
        Purposes = [Purpose.LegalAidCase],
        Basis = new LegalBasis("法律援助法", "36", Certainty.Statute),
        When = RowCondition.None with { Roles = roles },
        Fields = FieldList.Everything,
        Quota = null,
        From = new DateOnly(2022, 1, 1),
        Until = null,
        Owner = SmallExchange.BureauId,
        File = "sharing/test.yaml",
        Line = 1,
    };
}
