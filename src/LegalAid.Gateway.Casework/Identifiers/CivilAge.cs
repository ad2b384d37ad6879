namespace LegalAid.Gateway.Casework.Identifiers;

/// <summary>
/// Full years of age (周岁) as criminal law counts them: by the Gregorian calendar, attained on the day <em>after</em> the birthday
/// (法释〔2006〕1号 最高人民法院关于审理未成年人刑事案件具体应用法律若干问题的解释, art. 2). On the 18th birthday itself a person is still a minor.
/// Someone born on 29 February attains on 1 March, in leap years and others alike.
/// </summary>
public static class CivilAge
{
    /// <summary>成年, 民法典 art. 17 and 未成年人保护法 art. 2.</summary>
    public const int MajorityYears = 18;

    /// <summary>Full years on the civil date: 0 on the day of birth and up to the first birthday itself; −1 before birth.</summary>
    public static int On(DateOnly birth, DateOnly date)
    {
        if (date <= birth)
        {
            return date == birth ? 0 : -1;
        }

        // A tuple comparison, not AddYears: that would overflow at the calendar's end.
        var attained = (date.Month, date.Day).CompareTo((birth.Month, birth.Day)) > 0;
        return Math.Max(0, date.Year - birth.Year - (attained ? 0 : 1));
    }

    /// <summary>未成年人: under 18 on the date that counts (法律援助法 art. 25(1)).</summary>
    public static bool IsMinorOn(DateOnly birth, DateOnly date) => On(birth, date) < MajorityYears;
}
