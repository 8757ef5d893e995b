namespace DeepLearning.Layers;

/// <summary>
/// Marks a field whose module or parameter does not belong to the module that holds it, such as a frozen teacher or the module around it.
/// Put it on a property with <c>[field: Unregistered]</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class UnregisteredAttribute : Attribute;
