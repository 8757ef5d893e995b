namespace DeepLearning.Layers;

/// <summary>
/// Gives what a field of a module holds another name in the state dictionary than the field's in snake_case: <c>[Name("A_log")]</c>. Put it
/// on a property with <c>[field: Name("…")]</c>. For names that are known at run time only there is <see cref="Module.Register"/>.
/// </summary>
/// <param name="name">The name; not empty, without dots.</param>
[AttributeUsage(AttributeTargets.Field)]
public sealed class NameAttribute(string name) : Attribute
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;
}
