namespace DeepLearning;

/// <summary>The parsed subscripts of an Einsum: a label for every axis of every operand and of the result.</summary>
internal sealed class EinsumEquation
{
    private const string Ellipsis = "...";

    // Labels below stand for letters, those from here on for the axes under an ellipsis, counted from the right.
    private const int FirstEllipsisLabel = char.MaxValue;

    private readonly string _equation;

    private EinsumEquation(string equation, int[][] operands, int[] output)
    {
        _equation = equation;
        Operands = operands;
        Output = output;
    }

    /// <summary>A label for each axis of each operand.</summary>
    public int[][] Operands { get; }

    /// <summary>A label for each axis of the result.</summary>
    public int[] Output { get; }

    /// <summary>Reads an equation for operands of the given ranks.</summary>
    /// <exception cref="ArgumentException">The equation is not well-formed, or does not fit the operands.</exception>
    public static EinsumEquation Parse(string equation, ReadOnlySpan<Tensor> tensors)
    {
        string text = string.Concat(equation.Where(c => !char.IsWhiteSpace(c)));
        int arrow = text.IndexOf("->", StringComparison.Ordinal);
        string[] inputs = (arrow < 0 ? text : text[..arrow]).Split(',');
        if (inputs.Length != tensors.Length)
        {
            throw Error(equation, $"it names {inputs.Length} operands, but {tensors.Length} are given");
        }

        int widest = 0;
        int[][] operands = new int[inputs.Length][];
        for (int i = 0; i < inputs.Length; i++)
        {
            (int before, string letters) = SplitTerm(equation, inputs[i], $"operand {i}");
            int under = tensors[i].Rank - letters.Length;
            if (under < 0 || (under > 0 && before < 0))
            {
                throw Error(
                    equation,
                    $"'{inputs[i]}' names {letters.Length} axes, but operand {i} of shape {tensors[i].Shape} has {tensors[i].Rank}"
                    + (before < 0 ? "; an ellipsis '...' would stand for further ones" : ""));
            }

            widest = Math.Max(widest, before < 0 ? 0 : under);
            operands[i] = Labels(letters, before, before < 0 ? 0 : under);
        }

        return new EinsumEquation(
            equation, operands, arrow < 0 ? Implicit(inputs, widest) : Explicit(equation, text[(arrow + 2)..], inputs, widest));
    }

    /// <summary>A label as a message names it.</summary>
    public static string NameOf(int label) =>
        label < FirstEllipsisLabel ? $"'{(char)label}'" : $"the ellipsis' axis {label - FirstEllipsisLabel + 1} from the right";

    public ShapeException DoesNotFit(string what) => new($"Einsum: '{_equation}': {what}.");

    /// <summary>Without an arrow: the ellipsis, then the letters that stand once in all, in alphabetical order.</summary>
    private static int[] Implicit(string[] inputs, int widest)
    {
        var groups = inputs.SelectMany(i => i).Where(char.IsAsciiLetter).GroupBy(c => c);
        return Labels(string.Concat(groups.Where(g => g.Count() == 1).Select(g => g.Key).Order()), 0, widest);
    }

    private static int[] Explicit(string equation, string output, string[] inputs, int widest)
    {
        (int before, string letters) = SplitTerm(equation, output, "the result");
        for (int i = 0; i < letters.Length; i++)
        {
            if (!inputs.Any(t => t.Contains(letters[i], StringComparison.Ordinal)))
            {
                throw Error(equation, $"the result's '{letters[i]}' stands in no operand");
            }

            if (letters.LastIndexOf(letters[i]) != i)
            {
                throw Error(equation, $"'{letters[i]}' stands twice in the result");
            }
        }

        // An ellipsis that the result leaves out is summed over.
        return Labels(letters, before, before < 0 ? 0 : widest);
    }

    /// <summary>The letters of a term, and how many of them come before its ellipsis; −1 when it has none.</summary>
    private static (int Before, string Letters) SplitTerm(string equation, string term, string place)
    {
        int before = term.IndexOf(Ellipsis, StringComparison.Ordinal);
        string letters = before < 0 ? term : term.Remove(before, Ellipsis.Length);
        foreach (char c in letters)
        {
            if (!char.IsAsciiLetter(c))
            {
                throw Error(
                    equation, $"'{c}' in {place} is no subscript; they are the letters a-z and A-Z and at most one ellipsis '...' a term");
            }
        }

        return (before, letters);
    }

    private static int[] Labels(string letters, int before, int under)
    {
        int[] labels = new int[letters.Length + under];
        int split = Math.Max(before, 0);
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = i < split ? letters[i]
                : i < split + under ? FirstEllipsisLabel + (split + under - 1 - i)
                : letters[i - under];
        }

        return labels;
    }

    private static ArgumentException Error(string equation, string what) => new($"Einsum: '{equation}': {what}.", nameof(equation));
}
