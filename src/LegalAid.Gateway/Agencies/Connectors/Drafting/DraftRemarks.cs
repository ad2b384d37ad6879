namespace LegalAid.Gateway.Agencies.Connectors.Drafting;

/// <summary>What the fields of a call make a person decide, each in a line, Chinese and English.</summary>
internal static class DraftRemarks
{
    private const int NamedMax = 8;

    public static IEnumerable<string> Of(ForeignCall call)
    {
        var parts = Leaves(call.Request).Concat(call.Query).Concat(call.Headers).Select(member => member.Name).Where(FieldGuess.IsPartOfName).Distinct(StringComparer.Ordinal).Take(NamedMax).ToList();
        if (parts.Count > 0)
        {
            yield return $"姓、名分开（{string.Join(", ", parts)}）：网关只有全名 person.name，由人决定写在哪里 · Parts of a name: the gateway has whole names only, and a person decides where it goes";
        }

        foreach (var why in Unknowns(call.Request).Concat(Unknowns(call.Answer)).Distinct(StringComparer.Ordinal).Take(NamedMax))
        {
            yield return why;
        }
    }

    /// <summary>The fields that hold a value, however deep.</summary>
    public static IEnumerable<ForeignMember> Leaves(ForeignShape? shape) => shape switch
    {
        ForeignShape.Map map => map.Members.SelectMany(member => member.Shape is ForeignShape.Value ? [member] : Leaves(member.Shape)),
        ForeignShape.List list => Leaves(list.Item),
        _ => [],
    };

    private static IEnumerable<string> Unknowns(ForeignShape? shape) => shape switch
    {
        ForeignShape.Map map => map.Members.SelectMany(member => Unknowns(member.Shape).Select(why => member.Shape is ForeignShape.Unknown ? $"{member.Name}: {why}" : why)),
        ForeignShape.List list => Unknowns(list.Item),
        ForeignShape.Unknown unknown => [unknown.Why],
        _ => [],
    };
}
