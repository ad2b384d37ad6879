using System.Security.Cryptography;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Identity.Staff;

namespace LegalAid.Gateway.Tests.Federation;

/// <summary>What a session says of its person, what a step-up asks for, and what seals it.</summary>
public sealed class StaffSessionTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    private static StaffMember Member => new(AgencyId.Parse("bureau"), "https://login.test", "person-1", "李文", StaffRole.Operator, Now, "two-factor");

    [Theory]
    [InlineData(0, "two-factor", "", true)]
    [InlineData(300, null, "", true)]
    [InlineData(301, "two-factor", "", false)]
    [InlineData(0, "two-factor", "two-factor", true)]
    [InlineData(0, "two-factor", "other two-factor", true)]
    [InlineData(0, "password", "two-factor", false)]
    [InlineData(0, null, "two-factor", false)]
    public void StepUp_AsksForAFreshAndStrongSignIn(int secondsAgo, string? acr, string asked, bool enough)
    {
        var rules = new StaffRules("console", [], [.. asked.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        Assert.Equal(enough, (Member with { Acr = acr }).HasSteppedUp(rules, StaffSession.FreshFor, Now.AddSeconds(secondsAgo)));
    }

    [Theory]
    [InlineData("two-factor")]
    [InlineData(null)]
    public void Member_ThroughItsCookie_IsTheSame(string? acr)
    {
        var member = Member with { Acr = acr };

        Assert.Equal(member, StaffMember.From(member.ToPrincipal()));
    }

    [Fact]
    public void Form_IsOfOnePersonRoleAndSignIn()
    {
        var forms = new StaffForms(new SharedProtection(Key));
        var token = forms.TokenOf(Member);

        Assert.True(forms.IsFrom(Member, token));
        Assert.NotEqual(token, forms.TokenOf(Member));
        Assert.False(forms.IsFrom(Member with { Subject = "person-2" }, token));
        Assert.False(forms.IsFrom(Member with { Issuer = "https://other.test" }, token));
        Assert.False(forms.IsFrom(Member with { Role = StaffRole.Administrator }, token));
        Assert.False(forms.IsFrom(Member with { AuthenticatedAt = Now.AddSeconds(1) }, token));
        Assert.False(forms.IsFrom(Member, token[..^1] + (token[^1] == 'A' ? 'B' : 'A')));
        Assert.False(new StaffForms(new SharedProtection(RandomNumberGenerator.GetBytes(32))).IsFrom(Member, token));
    }

    [Fact]
    public void Seal_OpensOnEveryNodeForItsPurposeAlone()
    {
        var (one, other) = (new SharedProtection(Key), new SharedProtection([.. Key]));
        var box = one.CreateProtector("a").Protect([1, 2, 3]);

        Assert.Equal([1, 2, 3], other.CreateProtector("a").Unprotect(box));
        Assert.ThrowsAny<CryptographicException>(() => other.CreateProtector("b").Unprotect(box));
        Assert.ThrowsAny<CryptographicException>(() => other.CreateProtector("a").Unprotect(box[..20]));
        for (var at = 0; at < box.Length; at++)
        {
            byte[] changed = [.. box];
            changed[at] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => other.CreateProtector("a").Unprotect(changed));
        }
    }
}
