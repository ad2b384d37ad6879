namespace LegalAid.Gateway.Casework.Duty;

/// <summary>A station (值班站点) of one roster's city, such as <c>nanning-first-detention</c>.</summary>
public readonly record struct StationId(string Value) : IComparable<StationId>
{
    public int CompareTo(StationId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}

/// <summary>A duty lawyer (值班律师): a key of the centre's own, never a name or a licence number.</summary>
public readonly record struct DutyLawyerId(string Value) : IComparable<DutyLawyerId>
{
    public int CompareTo(DutyLawyerId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}

/// <summary>A shift (班次).</summary>
public readonly record struct ShiftId(string Value) : IComparable<ShiftId>
{
    public int CompareTo(ShiftId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}

/// <summary>What a lawyer is versed in or qualified for (专长、资格). A centre may have others than those that are named here.</summary>
public readonly record struct Speciality(string Value) : IComparable<Speciality>
{
    /// <summary>刑事.</summary>
    public static readonly Speciality Criminal = new("criminal");

    /// <summary>未成年人.</summary>
    public static readonly Speciality Minors = new("minors");

    /// <summary>死刑案件资格: three years of criminal practice.</summary>
    public static readonly Speciality DeathPenalty = new("death-penalty");

    /// <summary>壮语.</summary>
    public static readonly Speciality Zhuang = new("zhuang");

    /// <summary>As a scheduler calls it; the key itself where it is a centre's own.</summary>
    public string NameZh => Value switch
    {
        "criminal" => "刑事",
        "minors" => "未成年人",
        "death-penalty" => "死刑案件",
        "zhuang" => "壮语",
        _ => Value,
    };

    public string NameEn => Value switch
    {
        "death-penalty" => "death-penalty cases",
        "zhuang" => "Zhuang",
        _ => Value,
    };

    public int CompareTo(Speciality other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
