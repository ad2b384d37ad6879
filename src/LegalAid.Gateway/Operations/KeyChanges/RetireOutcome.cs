using LegalAid.Gateway.Casework.Catalogue;

namespace LegalAid.Gateway.Operations.KeyChanges;

/// <summary>Why a key changes not.</summary>
internal enum RetireFault
{
    None,

    /// <summary>There is no such key.</summary>
    UnknownKey,

    /// <summary>It is taken out.</summary>
    RetiredAlready,

    /// <summary>No other signs yet.</summary>
    OnlyKey,

    /// <summary>Tokens of it may be about until <see cref="RetireOutcome.Until"/>.</summary>
    TokensLive,

    /// <summary>It was changed in the same instant.</summary>
    Moved,
}

/// <summary>What became of taking a token key out.</summary>
internal readonly record struct RetireOutcome(RetireFault Fault, DateTimeOffset? Until = null)
{
    /// <summary>For the operator.</summary>
    public LocalizedText Text => Fault switch
    {
        RetireFault.UnknownKey => new("没有这把密钥。", "There is no such key."),
        RetireFault.RetiredAlready => new("该密钥已停用。", "The key is taken out already."),
        RetireFault.OnlyKey => new("没有其他已生效的密钥，先 keys rotate token。", "No other key signs yet: keys rotate token first."),
        RetireFault.TokensLive => new(
            $"此前签发的令牌可用至 {Until:O}，届时再试；密钥已泄露则用 --compromised。", $"Tokens of it may live until {Until:O}: try again then, or use --compromised."),
        RetireFault.Moved => new("密钥状态同时被改动，请重试。", "The key was changed at the same time: try again."),
        _ => throw new InvalidOperationException($"{Fault} is no fault"),
    };

    /// <summary>The word by which an approval's outcome names it.</summary>
    public string Word => Fault switch
    {
        RetireFault.None => "retired",
        RetireFault.UnknownKey => "unknown-key",
        RetireFault.RetiredAlready => "retired-already",
        RetireFault.OnlyKey => "only-key",
        RetireFault.TokensLive => "tokens-live",
        RetireFault.Moved => "moved",
        _ => throw new InvalidOperationException($"fault {Fault}"),
    };
}
