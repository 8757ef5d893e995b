namespace DeepLearning.Layers;

/// <summary>A layer over a table, by the name <c>weight</c>, that makes room for what it is loaded from.</summary>
internal interface IGrowingTable
{
    /// <summary>Takes on the room of a table that it is to be loaded from, where nothing would be lost.</summary>
    /// <param name="weight">The table's shape; null where there is none.</param>
    void FitRoom(Shape? weight);
}
