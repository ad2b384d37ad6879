using LegalAid.Gateway.Casework.Eligibility.Verification;

namespace LegalAid.Gateway.Agencies.Verification;

/// <summary>How verifications are carried on.</summary>
internal sealed class VerificationOptions
{
    /// <summary>Verifications that this node works on at once; further ones wait for the sweep. Default 2,000.</summary>
    public int RunningMax { get; set; } = 2_000;

    /// <summary>How long a verification may stand without a step before a node that does not work on it takes it up. Default 30 s.</summary>
    public TimeSpan ResumeAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often what stands is looked for. Default 10 s.</summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often verifications that are not under way are looked over for what is to be asked again. Default 5 min.</summary>
    public TimeSpan RecheckInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>When a body is asked again by itself. Default: <see cref="RecheckPolicy.Usual"/>.</summary>
    public RecheckPolicy Recheck { get; set; } = RecheckPolicy.Usual;

    /// <summary>
    /// How long an answer that settles nothing waits for others under way, to be recorded with them: two bodies that are asked at once mostly answer within it, and cost one
    /// commit in place of two. Where the process ends meanwhile it is asked again. Zero: recorded at once. Default 250 ms.
    /// </summary>
    public TimeSpan GatherAnswers { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often agencies' folders are looked into for answers. Default 2 s.</summary>
    public TimeSpan FileInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often questions in mailboxes and corrections are looked through for what was not carried out. Default 30 s.</summary>
    public TimeSpan QuestionInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a step is tried again while others change the verification or the configuration. Default 5 s.</summary>
    public TimeSpan StepPatience { get; set; } = TimeSpan.FromSeconds(5);
}
