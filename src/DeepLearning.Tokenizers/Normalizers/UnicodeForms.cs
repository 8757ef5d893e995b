using System.Text;
using DeepLearning.Tokenizers.Text;
using DeepLearning.Tokenizers.Unicode;

namespace DeepLearning.Tokenizers.Normalizers;

/// <summary>One of Unicode's normal forms: <c>NFC</c>, <c>NFD</c>, <c>NFKC</c>, <c>NFKD</c>.</summary>
/// <param name="form">The form.</param>
public sealed class UnicodeForms(NormalizationForm form) : Normalizer
{
    /// <summary>The form.</summary>
    public NormalizationForm Form { get; } = form is NormalizationForm.FormC or NormalizationForm.FormD or NormalizationForm.FormKC
        or NormalizationForm.FormKD
        ? form
        : throw new ArgumentOutOfRangeException(nameof(form), form, "UnicodeForms: form is FormC, FormD, FormKC or FormKD.");

    private protected override bool Leaves(ReadOnlySpan<char> text) => NormalForm.IsPlain(text);

    private protected override void Rewrite(Rewriter rewriter)
    {
        var changes = rewriter.Changes;
        changes.Clear();
        NormalForm.Decompose(rewriter.Rest, Form is NormalizationForm.FormKC or NormalizationForm.FormKD, changes);
        if (Form is NormalizationForm.FormC or NormalizationForm.FormKC)
        {
            NormalForm.Compose(changes, 0);
        }

        rewriter.Apply(changes);
    }
}
