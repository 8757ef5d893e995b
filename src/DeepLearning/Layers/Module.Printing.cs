using System.Text;

namespace DeepLearning.Layers;

public abstract partial class Module
{
    /// <summary>
    /// The module as a tree, one module per line:
    /// <code>
    /// Sequential(
    ///   (0): Linear(784→512)
    ///   (1): ReLU()
    /// )
    /// </code>
    /// </summary>
    public override string ToString()
    {
        StringBuilder text = new();
        Print(text, "");
        return text.ToString();
    }

    private void Print(StringBuilder text, string indent)
    {
        text.Append(Kind).Append('(');
        IReadOnlyList<(string Name, Module Module)> children = NamedChildren();
        if (children.Count == 0)
        {
            text.Append(Details).Append(')');
            return;
        }

        string inner = indent + "  ";
        if (Details.Length > 0)
        {
            text.Append('\n').Append(inner).Append(Details);
        }

        foreach ((string name, Module child) in children)
        {
            text.Append('\n').Append(inner).Append('(').Append(name).Append("): ");
            child.Print(text, inner);
        }

        text.Append('\n').Append(indent).Append(')');
    }
}
